/** `visage publish` and `visage watch` as a person runs them, against the real presence agent. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'
import { PASSWORD, startAgent } from '../presence/agent-harness.ts'
import { watchLines, type Running } from '../support/visage-process.ts'

const program = fileURLToPath(new URL('commands.ts', import.meta.url))
const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)

async function setUp(t: TestContext) {
  const agent = await startAgent(t)
  await agent.addAccount('alice')
  await agent.addAccount('bob')
  return (user: string, args: string[], password = PASSWORD): Running => {
    const account = ['-a', `${user}@example.com`, '--sip', `udp:127.0.0.1:${agent.ports.UDP}`]
    const child = spawn(process.execPath, ['--import', 'tsx', program, ...args, ...account], {
      env: { ...process.env, VISAGE_PASSWORD: password, XDG_CONFIG_HOME: '/nonexistent' },
    })
    t.after(() => child.kill('SIGKILL'))
    return watchLines(child)
  }
}

async function webServer(t: TestContext, answer: RequestListener): Promise<string> {
  const server = createServer(answer).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const servePng: RequestListener = (request, response) => {
  const known = request.headers['if-none-match'] === '"tag"'
  response.writeHead(known ? 304 : 200, { 'Content-Type': 'image/png', ETag: '"tag"' })
  response.end(known ? undefined : PNG)
}

const parse = (line: string) => JSON.parse(line) as Record<string, unknown>

test('watch --json prints one object a line for each NOTIFY, in order, with what the icon’s URL gives', async (t) => {
  const visage = await setUp(t)
  const web = await webServer(t, servePng)
  const bob = visage('bob', ['watch', 'alice@example.com', '--json'])
  const { time, ...first } = parse(await bob.line(() => true))
  assert.match(String(time), /^\d{4}-\d\d-\d\dT/)
  assert.deepEqual(first, {
    presentity: 'sip:alice@example.com',
    subscription: 'active',
    basic: 'closed',
    activities: [],
    note: null,
    icon: null,
  })
  const alice = visage('alice', [
    ...['publish', '--activity', 'busy', '--note', 'in a meeting', '--icon', `${web}/a.png`],
  ])
  const second = parse(await bob.line(() => true, 1))
  assert.deepEqual(
    [second['basic'], second['activities'], second['note'], second['icon']],
    [
      'open',
      ['busy'],
      'in a meeting',
      { url: `${web}/a.png`, etag: '"tag"', type: 'image/png', bytes: PNG.length },
    ],
  )
  assert.match(await alice.line(() => true), /^Published sip:alice@example\.com: open, busy, /)
  assert.equal(await alice.stop('SIGTERM'), 0)
  assert.equal(alice.lines.at(-1), 'Removed the presence of sip:alice@example.com')
  assert.equal(parse(await bob.line(() => true, 2))['basic'], 'closed')
  assert.equal(await bob.stop('SIGINT'), 0)
  assert.deepEqual(bob.errors, [])
})

test('an icon that cannot be fetched leaves its URL and nothing else', async (t) => {
  const visage = await setUp(t)
  const web = await webServer(t, (_request, response) => response.writeHead(404).end())
  const bob = visage('bob', ['watch', 'alice@example.com', '--json'])
  await bob.line(() => true)
  visage('alice', ['publish', '--icon', `${web}/gone.png`])
  assert.deepEqual(parse(await bob.line(() => true, 1))['icon'], {
    url: `${web}/gone.png`,
    etag: null,
    type: null,
    bytes: null,
  })
})

test('watch --save keeps the icon under a safe name, and the words cannot steer the terminal', async (t) => {
  const visage = await setUp(t)
  const web = await webServer(t, servePng)
  const folder = await mkdtemp(join(tmpdir(), 'visage-watch-'))
  t.after(() => rm(folder, { recursive: true }))
  const bob = visage('bob', ['watch', 'alice@example.com', '--save', folder])
  assert.match(await bob.line(() => true), /sip:alice@example\.com {2}offline$/)
  visage('alice', ['publish', '--note', 'a\u009bb', '--icon', `${web}/a.png`])
  assert.match(await bob.line(() => true, 1), /online {2}"a b"$/)
  const shown = await bob.line((line) => line.includes('icon'), 1)
  assert.ok(shown.includes(`icon ${web}/a.png (image/png, ${PNG.length} B, saved as `), shown)
  assert.deepEqual(await readdir(folder), ['alice@example.com.png'])
  assert.deepEqual(await readFile(join(folder, 'alice@example.com.png')), PNG)
})

const REFUSED: readonly (readonly [string, string[], string, RegExp])[] = [
  ['a wrong password', ['publish'], 'wrong', /^Error: presence is not published: wrong password/],
  ['a wrong password', ['watch', 'bob@example.com'], 'wrong', /^Error: sip:bob@.*wrong password/],
  [
    'nobody of that name',
    ['watch', 'nobody@example.com'],
    PASSWORD,
    /^Error: sip:nobody@example\.com cannot be watched: /,
  ],
]
for (const [what, args, password, words] of REFUSED) {
  test(`${String(args[0])}: ${what} is told in words, and the exit code is 1`, async (t) => {
    const visage = await setUp(t)
    const alice = visage('alice', args, password)
    const [code] = (await once(alice.child, 'close')) as [number]
    assert.equal(code, 1)
    assert.match(alice.errors.join('\n'), words)
    assert.equal(alice.errors.length, 1)
  })
}

test('a command that is not understood ends with 2', async (t) => {
  const visage = await setUp(t)
  for (const args of [['watch'], ['publish', '--basic', 'ajar'], ['publish', '--activity', 'x']]) {
    const alice = visage('alice', args)
    const [code] = (await once(alice.child, 'close')) as [number]
    assert.equal(code, 2, args.join(' '))
  }
})

test('watchers lists who watches me; watch --watchers shows it as it changes', async (t) => {
  const visage = await setUp(t)
  const alice = visage('alice', ['watch', '--watchers'])
  const bob = visage('bob', ['watch', 'alice@example.com'])
  await bob.line(() => true)
  assert.match(await alice.line(() => true), /sip:bob@example\.com {2}watches you$/)
  const listed = visage('alice', ['watchers'])
  assert.match(await listed.line(() => true), /^sip:bob@example\.com {2}watches you, for \d+ s$/)
  const { watchers } = parse(await visage('alice', ['watchers', '--json']).line(() => true))
  assert.deepEqual(
    (watchers as Record<string, unknown>[]).map(({ watcher, status }) => [watcher, status]),
    [['sip:bob@example.com', 'active']],
  )
})
