/** xcap-icon and xcap-directory as a person types them. Their words are a contract. */
import assert from 'node:assert/strict'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { PASSWORD, startXcapTestServer, type XcapTestServer } from '../client/xcap-test-server.ts'
import { sampleImage } from '../images/sample-images.ts'
import { runCommand } from './command.ts'

let server: XcapTestServer
let home: string
let photo: Uint8Array

before(async () => {
  server = await startXcapTestServer()
  home = await mkdtemp(join(tmpdir(), 'visage-cli-'))
  photo = await sampleImage('png', 64, 64)
  await writeFile(join(home, 'photo.png'), photo)
  await writeFile(join(home, 'notes.txt'), 'no picture')
})
after(async () => {
  await server.close()
  await rm(home, { recursive: true, force: true })
})

const environment = () => ({
  VISAGE_ACCOUNT: 'alice@localhost',
  VISAGE_PASSWORD: PASSWORD,
  VISAGE_XCAP_ROOT: server.root,
})
const icon = (...args: string[]) => runCommand('xcap-icon', args, { home, env: environment() })
const directory = (...args: string[]) =>
  runCommand('xcap-directory', args, { home, env: environment() })

async function putPhoto(): Promise<{ url: string; name: string; lines: string[] }> {
  const { code, stdout, stderr } = await icon('-f', 'photo.png', 'PUT')
  assert.equal(code, 0, stderr)
  const lines = stdout.split('\n')
  const url = /^201 Created <(.*)>$/.exec(lines[1] ?? '')?.[1] ?? assert.fail(stdout)
  return { url, name: url.slice(url.lastIndexOf('/') + 1), lines }
}

describe('xcap-icon and xcap-directory', { concurrency: 3 }, () => {
  test('PUT says so, with the URL and the headers of the answer', async () => {
    const { url, lines } = await putPhoto()
    assert.equal(lines[0], 'Icon uploaded successfully')
    assert.ok(url.startsWith(`${server.root}/oma_status-icon/users/sip:alice@localhost/`))
    assert.match(url, /\/[A-Za-z0-9]{20}\.png$/)
    const headers = lines.slice(2, -1)
    for (const line of headers) assert.match(line, /^[a-z-]+: .+$/)
    assert.ok(headers.some((line) => /^etag: "tag\d+"$/.test(line)))
    assert.ok(headers.includes('content-length: 0'))
    assert.equal(lines.at(-1), '')
  })

  test('a directory shows every folder, path and tag', async () => {
    const { name, url } = await putPhoto()
    const { code, stdout } = await directory()
    assert.equal(code, 0)
    assert.equal(stdout.split('\n')[0], `Retrieving xcap-directory from ${server.root}/`)
    assert.ok(
      stdout.includes("\nFolder 'pres-rules':\n    index etag: p1\nFolder 'oma_status-icon':\n"),
    )
    const { tag } = server.documents.get(url.slice(server.root.length)) ?? assert.fail()
    assert.ok(stdout.includes(`\n    ${name} etag: ${tag}\n`))
    assert.ok(!stdout.includes('<?xml'))
  })

  test('--show-xml shows the document too', async () => {
    const { stdout } = await directory('-s')
    assert.match(
      stdout,
      /Folder 'pres-rules':[^]*\n\nFull XML document:\n<\?xml[^]*<\/xcap-directory>/,
    )
  })

  test('GET without a name lists the URLs, as LIST does', async () => {
    const { url } = await putPhoto()
    for (const verb of ['get', 'LIST']) {
      const { code, stdout } = await icon(verb)
      assert.equal(code, 0)
      assert.equal(stdout.split('\n')[0], 'Icons:')
      assert.ok(stdout.includes(`\n\t${url}\n`))
    }
  })

  test('GET with a name saves the icon and never writes over a file', async () => {
    const { name } = await putPhoto()
    for (const suffix of ['', '_0']) {
      const { code, stdout } = await icon('Get', '--file', name)
      assert.equal(code, 0)
      assert.equal(stdout, `File saved to: icon_${name}${suffix}\n`)
      assert.deepEqual(await readFile(join(home, `icon_${name}${suffix}`)), Buffer.from(photo))
    }
  })

  test('DELETE shows the answer, and fails for an icon that is not there', async () => {
    const { name, url } = await putPhoto()
    const { code, stdout } = await icon('-f', name, 'delete')
    assert.equal(code, 0)
    assert.equal(stdout.split('\n')[0], `200 OK <${url}>`)
    assert.ok(stdout.includes('\ncontent-type: application/vnd.oma.pres-content+xml\n'))
    const again = await icon('-f', name, 'DELETE')
    assert.equal(again.code, 1)
    assert.equal(again.stdout, '')
    assert.match(again.stderr, /^Error: .*404/)
  })

  test('--json prints one object and nothing else', async () => {
    const put = await icon('PUT', '-f', 'photo.png', '--json')
    const answer = JSON.parse(put.stdout) as Record<string, unknown>
    assert.equal(answer['status'], 201)
    assert.equal(answer['mediaType'], 'image/png')
    assert.ok(String(answer['url']).endsWith(String(answer['name'])))
    const listed = JSON.parse((await icon('LIST', '--json')).stdout) as { name: string }[]
    assert.ok(listed.some(({ name }) => name === answer['name']))
    const { folders } = JSON.parse((await directory('--json')).stdout) as { folders: unknown[] }
    assert.equal(folders.length, 2)
  })

  const MISTAKES: [string, string[], number, RegExp][] = [
    ['no operation', [], 2, /^Error: You need to specify the operation: GET, PUT or DELETE\n$/],
    ['an unknown operation', ['POST'], 2, /^Error: there is no operation POST/],
    ['an unknown flag', ['PUT', '--nonsense'], 2, /unknown option/],
    ['PUT without a file', ['PUT'], 2, /^Error: PUT needs a picture: -f FILE\n$/],
    ['DELETE without a name', ['DELETE'], 2, /^Error: DELETE needs the name of an icon/],
    [
      'a file that is not there',
      ['PUT', '-f', 'gone.png'],
      1,
      /^Error: gone\.png: there is no such file\n$/,
    ],
    ['a folder', ['PUT', '-f', '.'], 1, /^Error: \.: it is a folder\n$/],
    ['no image', ['PUT', '-f', 'notes.txt'], 1, /^Error: notes\.txt: it is no PNG, JPEG or GIF\n$/],
    [
      'a wrong password',
      ['LIST', '--password', 'x'],
      1,
      /^Error: wrong user name or password \(401/,
    ],
    ['nobody there', ['LIST', '--xcap-root', 'http://127.0.0.1:9/x'], 1, /^Error: no answer from /],
    [
      'a root that is none',
      ['LIST', '--xcap-root', 'nonsense'],
      2,
      /^Error: nonsense is no XCAP root/,
    ],
    ['an address that is none', ['LIST', '-a', 'ali'], 2, /^Error: no account matches ali/],
  ]
  for (const [what, args, code, message] of MISTAKES) {
    test(`${what} ends with ${code} and says why on stderr`, async () => {
      const ended = await icon(...args)
      assert.equal(ended.code, code)
      assert.equal(ended.stdout, '')
      assert.match(ended.stderr, message)
    })
  }

  test('--help ends with 0', async () => {
    const { code, stdout } = await icon('--help')
    assert.equal(code, 0)
    for (const flag of [
      '--account',
      '--password',
      '--xcap-root',
      '--sip',
      '--json',
      '--original',
    ]) {
      assert.ok(stdout.includes(flag), flag)
    }
  })

  test('without any password the command says where it looks for one', async () => {
    const env = { ...environment(), VISAGE_PASSWORD: undefined }
    const { code, stderr } = await runCommand('xcap-icon', ['LIST'], { home, env })
    assert.equal(code, 1)
    assert.match(stderr, /^Error: no password for sip:alice@localhost: use --password/)
  })

  test('accounts.yaml gives what neither flag nor environment does', async () => {
    const config = join(home, 'config')
    await mkdir(join(config, 'visage'), { recursive: true })
    const file = join(config, 'visage', 'accounts.yaml')
    const text = `accounts:\n  - address: alice@localhost\n    passwordCommand: echo ${PASSWORD}\n    xcapRoot: ${server.root}\n`
    await writeFile(file, text, { mode: 0o600 })
    const { code, stdout, stderr } = await runCommand('xcap-icon', ['-a', 'ali', 'LIST'], {
      home,
      env: { XDG_CONFIG_HOME: config },
    })
    assert.equal(code, 0, stderr)
    assert.match(stdout, /^Icons:\n/)
  })
})
