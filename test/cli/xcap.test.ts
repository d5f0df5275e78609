/** `visage xcap` as a person types it. */
import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { PASSWORD, startXcapTestServer, type XcapTestServer } from '../client/xcap-test-server.ts'
import { runCommand } from './command.ts'

const LISTS = '/resource-lists/users/sip:alice@localhost/index'
const XML = '<resource-lists xmlns="urn:ietf:params:xml:ns:resource-lists"/>\n'

let home: string
before(async () => {
  home = await mkdtemp(join(tmpdir(), 'visage-xcap-'))
  await writeFile(join(home, 'lists.xml'), XML)
  await writeFile(join(home, 'value.txt'), 'friends\n')
})
after(() => rm(home, { recursive: true, force: true }))

/** A server of its own for each test, so that they can run side by side. */
async function withServer(work: (server: XcapTestServer) => Promise<void>): Promise<void> {
  const server = await startXcapTestServer()
  try {
    await work(server)
  } finally {
    await server.close()
  }
}

function xcap(server: XcapTestServer, args: readonly string[], input = '') {
  const env = {
    VISAGE_ACCOUNT: 'alice@localhost',
    VISAGE_PASSWORD: PASSWORD,
    VISAGE_XCAP_ROOT: server.root,
  }
  return runCommand('visage', ['xcap', ...args], { home, env, input })
}

function store(server: XcapTestServer, path: string, text = XML): void {
  const type = 'application/resource-lists+xml'
  server.documents.set(path, { body: Buffer.from(text), type, tag: 'first' })
}

describe('visage xcap', { concurrency: 3 }, () => {
  test('put stores a file under the type of its usage, and prints the tag', () =>
    withServer(async (server) => {
      const args = ['put', 'resource-lists/index', 'lists.xml', '--if-none-match', '*']
      const { code, stdout, stderr } = await xcap(server, args)
      assert.equal(code, 0, stderr)
      assert.equal(stdout, `201 Created <${server.root}${LISTS}>\netag: tag1\n`)
      const { headers, body } = server.seen.at(-1) ?? assert.fail()
      assert.equal(headers['content-type'], 'application/resource-lists+xml')
      assert.equal(headers['if-none-match'], '*')
      assert.equal(body.toString(), XML, 'byte for byte')
    }))

  test('put of a node sends it without the end of the line, with the tag that must match', () =>
    withServer(async (server) => {
      const node = `${LISTS}/~~/resource-lists/list[@name="a/b"]`
      const args = ['put', node.slice(1), '-', '--if-match', '"t1"', '--json']
      const { code, stdout, stderr } = await xcap(server, args, ' <list name="a/b"/>\n')
      assert.equal(code, 0, stderr)
      const { target, headers, body } = server.seen.at(-1) ?? assert.fail()
      const sent = '/xcap-root' + LISTS + '/~~/resource-lists/list%5B@name=%22a%2Fb%22%5D'
      assert.equal(target, sent)
      assert.equal(headers['content-type'], 'application/xcap-el+xml')
      assert.equal(headers['if-match'], '"t1"')
      assert.equal(body.toString(), '<list name="a/b"/>')
      const { status, etag } = JSON.parse(stdout) as { status: number; etag: string }
      assert.deepEqual([status, etag], [201, 'tag1'])
    }))

  test('put --text stores an attribute, its prefix bound by --xmlns', () =>
    withServer(async (server) => {
      const args = ['put', 'pres-rules/index/~~/cp:ruleset/cp:rule[1]/@id', '--text', 'a']
      const { code, stderr } = await xcap(server, [...args, '--xmlns', 'cp=urn:x'])
      assert.equal(code, 0, stderr)
      const { target, headers, body } = server.seen.at(-1) ?? assert.fail()
      assert.ok(target.endsWith('/~~/cp:ruleset/cp:rule%5B1%5D/@id?xmlns(cp=urn:x)'), target)
      assert.deepEqual(
        [headers['content-type'], body.toString()],
        ['application/xcap-att+xml', 'a'],
      )
    }))

  test('a document of an unknown usage keeps its type; a new one needs --type', () =>
    withServer(async (server) => {
      store(server, '/my-app/users/sip:alice@localhost/index')
      const known = await xcap(server, ['put', 'my-app/index', 'lists.xml'])
      assert.equal(known.code, 0, known.stderr)
      assert.equal(server.seen.at(-1)?.headers['content-type'], 'application/resource-lists+xml')
      const unknown = await xcap(server, ['put', 'other-app/index', 'lists.xml'])
      assert.equal(unknown.code, 2)
      assert.match(unknown.stderr, /^Error: .*other-app.*use --type\n$/)
    }))

  test('get prints the content and nothing else, or saves it', () =>
    withServer(async (server) => {
      store(server, LISTS)
      const printed = await xcap(server, ['get', 'resource-lists/index'])
      assert.deepEqual([printed.code, printed.stdout], [0, XML])
      const saved = await xcap(server, ['get', server.root + LISTS, '-o', 'got.xml'])
      assert.equal(
        saved.stdout,
        `200 OK <${server.root}${LISTS}>\netag: first\nsaved to: got.xml\n`,
      )
      assert.equal(await readFile(join(home, 'got.xml'), 'utf8'), XML)
      const json = await xcap(server, ['get', 'resource-lists/index', '--json'])
      const { etag, content } = JSON.parse(json.stdout) as { etag: string; content: string }
      assert.deepEqual([etag, content], ['first', XML])
      const same = await xcap(server, ['get', 'resource-lists/index', '--if-none-match', 'first'])
      assert.match(same.stdout, /^304 .*\netag: first\n$/)
    }))

  test('delete says so', () =>
    withServer(async (server) => {
      store(server, LISTS)
      const { code, stdout } = await xcap(server, ['delete', 'resource-lists/index'])
      assert.deepEqual([code, stdout], [0, `200 OK <${server.root}${LISTS}>\n`])
    }))

  test('caps lists usages, namespaces and extensions', () =>
    withServer(async (server) => {
      const ns = 'urn:ietf:params:xml:ns:xcap-caps'
      const body = `<xcap-caps xmlns="${ns}"><auids><auid>xcap-caps</auid><auid>test-app</auid></auids><extensions><extension>e</extension></extensions><namespaces><namespace>${ns}</namespace></namespaces></xcap-caps>`
      store(server, '/xcap-caps/global/index', body)
      const { stdout } = await xcap(server, ['caps'])
      assert.equal(
        stdout,
        `Application usages:\n    xcap-caps\n    test-app\nNamespaces:\n    ${ns}\nExtensions:\n    e\n`,
      )
      const json = await xcap(server, ['caps', '--json'])
      const expected = { auids: ['xcap-caps', 'test-app'], extensions: ['e'], namespaces: [ns] }
      assert.deepEqual(JSON.parse(json.stdout), expected)
    }))

  test('RFC 4825 §11: a conflict is told whole, in words and as JSON', () =>
    withServer(async (server) => {
      const headers = { 'content-type': 'application/xcap-error+xml' }
      const conflict = (inside: string) =>
        `<xcap-error xmlns="urn:ietf:params:xml:ns:xcap-error">${inside}</xcap-error>`
      const put = ['put', 'resource-lists/index/~~/*/list', '--text', '<list/>']
      const noParent = '<no-parent phrase="no list"><ancestor>http://h/index</ancestor></no-parent>'
      server.answerNext({ status: 409, headers, body: conflict(noParent) })
      const parent = await xcap(server, put)
      assert.equal(parent.code, 1)
      assert.match(
        parent.stderr,
        /^Error: no list \(409 Conflict <.*>\)\n {2}conflict: no-parent\n {2}what exists: http:\/\/h\/index\n$/,
      )
      const taken =
        '<exists field="a/b%5B1%5D/@c"><alt-value>d</alt-value><alt-value>e</alt-value></exists>'
      const body = conflict(`<uniqueness-failure>${taken}</uniqueness-failure>`)
      server.answerNext({ status: 409, headers, body })
      const unique = await xcap(server, [...put, '--json'])
      assert.match(
        unique.stderr,
        /conflict: uniqueness-failure\n {2}taken: a\/b\[1\]\/@c\n {2}free: d, e\n$/,
      )
      const told = JSON.parse(unique.stdout) as Record<string, unknown>
      assert.deepEqual(
        [told['status'], told['conflict'], told['taken']],
        [409, 'uniqueness-failure', [{ field: 'a/b%5B1%5D/@c', alternatives: ['d', 'e'] }]],
      )
    }))

  const REFUSED: [status: number, args: string[], message: RegExp][] = [
    [404, ['get', 'resource-lists/index/~~/a'], /^Error: there is no such element or attribute/],
    [404, ['get', 'resource-lists/index'], /^Error: there is no such document \(404/],
    [400, ['get', 'resource-lists/index/~~/p:a'], /^Error: .*each prefix needs --xmlns/],
    [
      412,
      ['put', 'a/b', '--type', 'a/b', '--text', '', '--if-none-match', '*'],
      /^Error: there is such a document already/,
    ],
    [412, ['delete', 'a/b', '--if-match', 'x'], /^Error: the document was changed meanwhile \(412/],
  ]
  for (const [status, args, message] of REFUSED) {
    test(`${status} to ${args.slice(0, 2).join(' ')} is said in words, with exit code 1`, () =>
      withServer(async (server) => {
        server.answerNext({ status })
        const { code, stdout, stderr } = await xcap(server, args)
        assert.deepEqual([code, stdout], [1, ''])
        assert.match(stderr, message)
      }))
  }

  const MISTAKES: [what: string, args: string[], message: RegExp][] = [
    ['no target', ['get'], /missing required argument 'target'/],
    [
      'a target that is none',
      ['get', 'resource-lists'],
      /a document is named as resource-lists\/index/,
    ],
    [
      'another server',
      ['get', 'http://h.invalid/xcap-root/a/global/b'],
      /is not below the XCAP root/,
    ],
    ['no content', ['put', 'resource-lists/index'], /PUT needs one content/],
    [
      'two contents',
      ['put', 'resource-lists/index', 'lists.xml', '--text', 'x'],
      /PUT needs one content/,
    ],
    ['no binding', ['get', 'resource-lists/index', '--xmlns', 'p'], /p binds no prefix/],
  ]
  for (const [what, args, message] of MISTAKES) {
    test(`${what} ends with 2, and nothing is sent`, () =>
      withServer(async (server) => {
        const { code, stderr } = await xcap(server, args)
        assert.equal(code, 2, stderr)
        assert.match(stderr, message)
        assert.deepEqual(server.seen, [])
      }))
  }
})
