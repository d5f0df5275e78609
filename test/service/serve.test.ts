/** `visage serve` and the commands around it, as processes of their own. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'
import { watchLines, type Running } from '../support/visage-process.ts'

const program = fileURLToPath(new URL('../../dist/cli/visage.js', import.meta.url))

function start(args: readonly string[], cwd: string): Running {
  const child = spawn(process.execPath, [program, ...args], {
    cwd,
    // Whatever port 9090 is used for here, these servers do not need it.
    env: { ...process.env, VISAGE_ADMIN_LISTEN: '[]' },
  })
  return watchLines(child)
}

async function run(args: readonly string[], cwd: string, input = '') {
  const running = start(args, cwd)
  running.child.stdin?.end(input)
  const [code] = (await once(running.child, 'close')) as [number | null]
  return { code, stdout: running.lines.join('\n'), stderr: running.errors.join('\n') }
}

function temporaryFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'visage-serve-'))
  t.after(() => {
    rmSync(folder, { recursive: true })
  })
  return folder
}

const ANY_PORT = ['--http', '127.0.0.1:0', '--sip', 'udp:127.0.0.1:0', '--sip', 'tcp:127.0.0.1:0']

interface Ready {
  http: string[]
  sip: string[]
}

/** Where the service says that it listens. */
async function addressesOf({ child, errors }: Running): Promise<Ready> {
  for (;;) {
    const line = errors.find((text) => text.includes('Visage is ready'))
    if (line !== undefined) return JSON.parse(line) as Ready
    if (child.exitCode !== null) assert.fail(`it ended: ${errors.join('\n')}`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

test('--demo: two accounts on an empty store, shown once; a clean end by Ctrl-C', async (t) => {
  const cwd = temporaryFolder(t)
  const first = start(['serve', '--demo', ...ANY_PORT], cwd)
  t.after(() => first.stop())
  const { http, sip } = await addressesOf(first)
  await first.line((line) => line.includes('Ctrl-C stops Visage'))
  const health = await fetch(`http://${http[0] ?? ''}/healthz`)
  assert.equal(health.status, 200)
  const shown = first.lines.join('\n')
  const passwords = ['alice', 'bob'].map(
    (name) => new RegExp(`^ {2}${name}@localhost {2}(\\S{16})$`, 'm').exec(shown)?.[1],
  )
  assert.ok(passwords[0] !== undefined && passwords[1] !== undefined)
  assert.notEqual(passwords[0], passwords[1])
  assert.match(shown, new RegExp(`^ {2}the web page {4}http://${http[0] ?? ''}/$`, 'm'))
  const commands = first.lines.filter((line) => line.startsWith('    '))
  assert.equal(commands.length, 3)
  assert.match(commands[0] ?? '', /^ {4}node \S+xcap-icon\.js -a alice@localhost .* PUT$/)
  assert.ok(commands[1]?.includes(`--sip ${sip[0] ?? ''}`))
  const picture = /-f (\S+)/.exec(commands[0] ?? '')?.[1] ?? ''
  assert.ok(existsSync(picture), picture)
  assert.equal(statSync(join(cwd, 'data')).mode & 0o777, 0o700)
  assert.ok(!first.errors.join('\n').includes(passwords[0]))
  assert.equal(await first.stop('SIGINT'), 0)
  assert.equal(existsSync(join(cwd, 'data/admin.sock')), false)

  const second = start(['serve', '--demo', ...ANY_PORT], cwd)
  await second.line((line) => line.includes('Ctrl-C stops Visage'))
  assert.ok(second.lines.some((line) => line.includes('user passwd alice@localhost')))
  assert.ok(!second.lines.join('\n').includes('never again'))
  assert.equal(await second.stop('SIGTERM'), 0)
  const { stdout } = await run(['user', 'list'], cwd)
  assert.equal(stdout, 'alice@localhost\tAlice\nbob@localhost\tBob')
})

test('the built service has the page, whose every file is there, compressed and kept for ever', async (t) => {
  const service = start(['serve', '--demo', ...ANY_PORT], temporaryFolder(t))
  t.after(() => service.stop())
  const url = `http://${(await addressesOf(service)).http[0]}/`
  const page = await fetch(url)
  assert.equal(page.status, 200)
  const named = [...(await page.text()).matchAll(/(?:src|href)="(\/[^"]+)"/g)]
  const files = named.map(([, path = '']) => new URL(path, url))
  assert.ok(files.some(({ pathname }) => pathname.endsWith('.js')))
  for (const file of files) {
    const got = await fetch(file, { headers: { 'Accept-Encoding': 'br' } })
    assert.equal(got.status, 200, file.href)
    assert.match(got.headers.get('cache-control') ?? '', /immutable/, file.href)
    if (/\.(js|css)$/.test(file.pathname)) {
      assert.equal(got.headers.get('content-encoding'), 'br', file.href)
    }
  }
})

test('without --demo no account is ever created, and accounts are added while it runs', async (t) => {
  const cwd = temporaryFolder(t)
  const data = join(cwd, 'store')
  const server = start(['serve', '--domain', 'example.com', '--data', data, ...ANY_PORT], cwd)
  await addressesOf(server)
  assert.equal((await run(['user', 'list', '--data', data], cwd)).stdout, '')
  const add = ['user', 'add', 'alice@example.com', '--password-stdin', '--data', data]
  const added = await run(add, cwd, 'secret\n')
  assert.deepEqual([added.code, added.stderr], [0, ''])
  const foreign = await run([...add.slice(0, 2), 'a@other.test', ...add.slice(3)], cwd, 'x\n')
  assert.equal(foreign.code, 1)
  assert.match(foreign.stderr, /^Error: other\.test is not a domain of this server/)
  await server.stop()
  const { stdout } = await run(['user', 'list', '--json', '--data', data], cwd)
  assert.deepEqual(JSON.parse(stdout), {
    ...{ address: 'alice@example.com', aliases: [], realms: ['example.com'] },
  })
})

test('a stopped server’s accounts: add, alias, passwd, remove, and what goes wrong', async (t) => {
  const cwd = temporaryFolder(t)
  const user = (args: readonly string[], input = '') => run(['user', ...args], cwd, input)
  assert.equal((await user(['add', 'alice@example.com', '--password-stdin'], 'x')).code, 0)
  assert.equal((await user(['alias', 'alice@example.com', 'tel:+4930123456'])).code, 0)
  assert.equal((await user(['passwd', 'alice@example.com', '--password-stdin'], 'y\n')).code, 0)
  const listed = await user(['list'])
  assert.equal(listed.stdout, 'alice@example.com\t\ttel:+4930123456')
  const twice = await user(['add', 'alice@example.com', '--password-stdin'], 'x')
  assert.deepEqual([twice.code, twice.stderr], [1, 'Error: alice@example.com exists already'])
  const empty = await user(['add', 'bob@example.com', '--password-stdin'], '\n')
  assert.deepEqual([empty.code, empty.stderr], [1, 'Error: the password is empty'])
  const silent = await user(['add', 'bob@example.com'])
  assert.equal(silent.code, 2)
  assert.match(silent.stderr, /--password-stdin/)
  assert.equal((await user(['remove', 'alice@example.com'])).code, 0)
  assert.equal((await user(['list'])).stdout, '')
})

test('user import: bad rows are named by line, good ones taken, the second run changes nothing', async (t) => {
  const cwd = temporaryFolder(t)
  const hash = createHash('md5').update('x').digest('hex')
  const rows = [
    'username,domain,ha1',
    `alice,example.com,${hash}`,
    `"bob",sip.example.com,"${hash}"`,
    'carol,example.com,nonsense',
    `alice,example.com,${hash}`,
    `dave,elsewhere.test,${hash}`,
    '',
  ]
  writeFileSync(join(cwd, 'subscriber.csv'), rows.join('\r\n'))
  writeFileSync(
    join(cwd, 'visage.yaml'),
    'domains: { name: example.com, realm: sip.example.com }\ndata: here\n',
  )
  const again = () =>
    run(
      ['user', 'import', '--format', 'kamailio', 'subscriber.csv', '--config', 'visage.yaml'],
      cwd,
    )
  const first = await again()
  assert.deepEqual([first.code, first.stdout], [1, '2 created, 0 changed, 0 unchanged, 3 refused'])
  assert.deepEqual(first.stderr.split('\n').sort(), [
    'line 4: carol@example.com: the hash is not 32 (MD5) or 64 (SHA-256) hexadecimal digits',
    'line 5: alice@example.com stands in line 2 already',
    'line 6: dave@elsewhere.test: elsewhere.test is neither a domain of this server nor its realm',
  ])
  const second = await again()
  assert.equal(second.stdout, '0 created, 0 changed, 2 unchanged, 3 refused')
  const { stdout } = await run(['user', 'list', '--config', 'visage.yaml', '--json'], cwd)
  assert.deepEqual(
    stdout.split('\n').map((line) => (JSON.parse(line) as { realms: string[] }).realms),
    [['sip.example.com'], ['sip.example.com']],
  )
})

test('a port that is taken is named, and nothing is left half started', async (t) => {
  const cwd = temporaryFolder(t)
  const other = createServer().listen(0, '127.0.0.1')
  await once(other, 'listening')
  t.after(() => {
    other.close()
  })
  const taken = `127.0.0.1:${(other.address() as AddressInfo).port}`
  const http = await run(['serve', '--demo', '--http', taken, '--sip', 'udp:127.0.0.1:0'], cwd)
  assert.equal(http.code, 1)
  assert.match(http.stderr, new RegExp(`^Error: ${taken} is taken by another program$`, 'm'))
  assert.equal(http.stdout, '')
  const sip = await run(['serve', '--demo', '--http', '127.0.0.1:0', '--sip', `tcp:${taken}`], cwd)
  assert.equal(sip.code, 1)
  assert.match(sip.stderr, new RegExp(`^Error: tcp:${taken} is taken`, 'm'))
  assert.equal((await run(['user', 'list'], cwd)).stdout, '')
})

test('a store that is in use is named, and the service that uses it goes on', async (t) => {
  const cwd = temporaryFolder(t)
  const server = start(['serve', '--demo', ...ANY_PORT], cwd)
  const { http } = await addressesOf(server)
  const second = await run(['serve', '--demo', ...ANY_PORT], cwd)
  assert.equal(second.code, 1)
  assert.match(second.stderr, /^Error: the store in .* is in use by another process$/m)
  assert.equal((await fetch(`http://${http[0] ?? ''}/healthz`)).status, 200)
  await server.stop()
})

test('a wrong configuration stops the start, and config check says the same', async (t) => {
  const cwd = temporaryFolder(t)
  writeFileSync(join(cwd, 'bad.yaml'), 'domains: example.com\nhtp: {}\n')
  writeFileSync(join(cwd, 'good.yaml'), 'domains: example.com\n')
  const expected = 'Error: bad.yaml: htp: unknown key (did you mean http?)'
  const served = await run(['serve', '--config', 'bad.yaml'], cwd)
  assert.deepEqual([served.code, served.stderr], [1, expected])
  const checked = await run(['config', 'check', 'bad.yaml'], cwd)
  assert.deepEqual([checked.code, checked.stderr], [1, expected])
  assert.equal((await run(['config', 'check', 'good.yaml'], cwd)).code, 0)
  const unasked = await run(['serve'], cwd)
  assert.deepEqual([unasked.code, unasked.stderr], [1, 'Error: domains: is missing'])
  assert.equal((await run(['serve', '--no-such-flag'], cwd)).code, 2)
  assert.equal((await run([], cwd)).code, 2)
  assert.equal(existsSync(join(cwd, 'data')), false)
})
