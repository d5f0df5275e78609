/**
 * The XCAP client against a small server.
 *
 *   client                        server
 *     |---- PUT ------------------->|
 *     |<--- 401, nonce -------------|
 *     |---- PUT, digest, nc=1 ----->|
 *     |<--- 201, ETag --------------|
 *     |---- GET, digest, nc=2 ----->|
 *     |<--- 200, ETag --------------|
 */
import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import { HttpUnreachable } from '../../client/http-unreachable.ts'
import { createXcapClient } from '../../client/xcap-client.ts'
import { XcapError } from '../../client/xcap-error.ts'
import {
  PASSWORD,
  startXcapTestServer,
  type Seen,
  type XcapTestServer,
} from './xcap-test-server.ts'

const URI = { auid: 'oma_status-icon', xui: 'sip:alice@localhost', path: ['photo.png'] }
const CONTENT = {
  contentType: 'application/vnd.oma.pres-content+xml',
  body: new TextEncoder().encode('<content/>'),
}

let server: XcapTestServer
before(async () => {
  server = await startXcapTestServer()
})
after(() => server.close())
beforeEach(() => {
  server.seen.length = 0
  server.documents.clear()
})

const client = (password = PASSWORD) =>
  createXcapClient({ xcapRoot: `${server.root}/`, credentials: { username: 'alice', password } })

const ncOf = ({ headers }: Seen) => /nc=(\w+)/.exec(headers.authorization ?? '')?.[1]

test('RFC 4825 §6: the URL of a document keeps the colon and the at sign', () => {
  assert.equal(
    client().url(URI),
    `${server.root}/oma_status-icon/users/sip:alice@localhost/photo.png`,
  )
})

test('RFC 7616 §3.6: challenged once, then each request goes ahead with the next count', async () => {
  const xcap = client()
  assert.equal((await xcap.put(URI, CONTENT)).status, 201)
  assert.equal((await xcap.get(URI)).status, 200)
  assert.equal((await xcap.delete(URI)).status, 200)
  assert.deepEqual(server.seen.map(ncOf), [undefined, '00000001', '00000002', '00000003'])
  const [, put] = server.seen
  assert.deepEqual(put?.body.toString(), '<content/>')
  assert.equal(put.headers['content-type'], CONTENT.contentType)
})

test('RFC 7616 §3.4: many requests at once all pass', async () => {
  const xcap = client()
  await xcap.put(URI, CONTENT)
  const answers = await Promise.all(Array.from({ length: 30 }, () => xcap.get(URI)))
  assert.ok(answers.every(({ status }) => status === 200))
})

test('RFC 7616 §3.3: a stale nonce costs one more request and no failure', async () => {
  const xcap = client()
  await xcap.put(URI, CONTENT)
  server.forgetNonces()
  assert.equal((await xcap.get(URI)).status, 200)
  assert.equal(server.seen.length, 4)
})

test('RFC 7616 §5: a wrong password is sent once and then reported', async () => {
  await assert.rejects(client('wrong').get(URI), (error) => {
    assert.ok(error instanceof XcapError)
    assert.equal(error.status, 401)
    assert.match(error.message, /wrong user name or password/)
    return true
  })
  assert.equal(server.seen.length, 2)
})

for (const algorithms of [['SHA-256', 'MD5'], ['SHA-512-256']] as const) {
  test(`RFC 8760 §2.4: signs in where ${algorithms.join(' and ')} are offered`, async () => {
    const other = await startXcapTestServer({ algorithms })
    try {
      const credentials = { username: 'alice', password: PASSWORD }
      const xcap = createXcapClient({ xcapRoot: other.root, credentials })
      assert.equal((await xcap.put(URI, CONTENT)).status, 201)
      assert.ok(other.seen[1]?.headers.authorization?.includes(`algorithm=${algorithms[0]}`))
    } finally {
      await other.close()
    }
  })
}

test('RFC 4825 §7.11: tags are given without quotes and sent with them', async () => {
  const xcap = client()
  const { etag } = await xcap.put(URI, CONTENT, { ifNoneMatch: '*' })
  assert.ok(etag !== undefined && !etag.includes('"'))
  assert.equal(server.seen[1]?.headers['if-none-match'], '*')
  assert.equal((await xcap.get(URI, { ifNoneMatch: etag })).status, 304)
  await xcap.put(URI, CONTENT, { ifMatch: etag })
  assert.equal(server.seen.at(-1)?.headers['if-match'], `"${etag}"`)
})

test('RFC 4825 §11: a conflict is told by its name and phrase', async () => {
  const xcap = client()
  server.answerNext({
    status: 409,
    headers: { 'content-type': 'application/xcap-error+xml; charset=utf-8' },
    body: '<?xml version="1.0"?><e:xcap-error xmlns:e="urn:ietf:params:xml:ns:xcap-error"><e:constraint-failure phrase="the image is an SVG"/></e:xcap-error>',
  })
  await assert.rejects(xcap.put(URI, CONTENT), (error) => {
    assert.ok(error instanceof XcapError)
    assert.equal(error.conflict, 'constraint-failure')
    assert.equal(error.phrase, 'the image is an SVG')
    assert.match(error.message, /^the image is an SVG \(409 Conflict </)
    return true
  })
})

const CONFLICT_HEADERS = { 'content-type': 'application/xcap-error+xml' }
const conflict = (inside: string) =>
  `<xcap-error xmlns="urn:ietf:params:xml:ns:xcap-error">${inside}</xcap-error>`

test('RFC 4825 §11.2: no-parent is told with the ancestor that exists', async () => {
  const xcap = client()
  const body = conflict('<no-parent><ancestor>http://h/x/index</ancestor></no-parent>')
  server.answerNext({ status: 409, headers: CONFLICT_HEADERS, body })
  await assert.rejects(xcap.put(URI, CONTENT), (error) => {
    assert.ok(error instanceof XcapError)
    assert.deepEqual([error.conflict, error.ancestor], ['no-parent', 'http://h/x/index'])
    return true
  })
})

test('RFC 4825 §11.2: uniqueness-failure is told with what is taken and what is free', async () => {
  const xcap = client()
  const exists = '<exists field="a/b/@c"><alt-value>d</alt-value><alt-value>e</alt-value></exists>'
  const body = conflict(`<uniqueness-failure>${exists}</uniqueness-failure>`)
  server.answerNext({ status: 409, headers: CONFLICT_HEADERS, body })
  await assert.rejects(xcap.put(URI, CONTENT), (error) => {
    assert.ok(error instanceof XcapError)
    assert.deepEqual(error.taken, [{ field: 'a/b/@c', alternatives: ['d', 'e'] }])
    return true
  })
})

test('an error document that is none does not hide the status', async () => {
  const xcap = client()
  const headers = { 'content-type': 'application/xcap-error+xml' }
  server.answerNext({ status: 409, headers, body: '<broken' })
  await assert.rejects(xcap.get(URI), (error) => error instanceof XcapError && error.status === 409)
})

test('where nobody listens, the reason is told', async () => {
  const xcap = createXcapClient({ xcapRoot: 'http://127.0.0.1:1/xcap-root' })
  await assert.rejects(xcap.get(URI), (error) => {
    assert.ok(error instanceof HttpUnreachable)
    assert.match(
      error.message,
      /^no answer from http:\/\/127\.0\.0\.1:1\/.*(refused|ECONN|bad port)/,
    )
    return true
  })
})

test('a redirect is not followed, since the password would go along', async () => {
  const xcap = client()
  server.answerNext({ status: 302, headers: { location: 'http://127.0.0.1:1/' } })
  await assert.rejects(xcap.get(URI), HttpUnreachable)
})
