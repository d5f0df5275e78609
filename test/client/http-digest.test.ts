/** Digest over HTTP as a browser sends it: what the header says is what stands in the request line. RFC 7616 §3.4.6. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test, type TestContext } from 'node:test'
import { createXcapClient } from '../../client/xcap-client.ts'
import type { XcapUri } from '../../core/uri/xcap-uri.ts'

const sha256 = 'Digest realm="example.com", nonce="n256", algorithm=SHA-256, qop="auth"'
const md5 = 'Digest realm="example.com", nonce="n5", algorithm=MD5, qop="auth"'
const unknown = 'Digest realm="example.com", nonce="nx", algorithm=SHA3-512, qop="auth"'

async function serve(t: TestContext, host: string, challenges: string | string[]) {
  const requests: IncomingMessage[] = []
  const server = createServer((request, response) => {
    requests.push(request)
    const isProven = request.headers.authorization !== undefined
    response.writeHead(isProven ? 200 : 401, isProven ? {} : { 'WWW-Authenticate': challenges })
    response.end()
  }).listen(0, host)
  await once(server, 'listening')
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  const fetches: { credentials?: string; cache?: string; redirect?: string }[] = []
  const client = createXcapClient({
    xcapRoot: `http://${host.includes(':') ? `[${host}]` : host}:${port}/a b/xcap-root/`,
    credentials: { username: 'alice', password: 'secret' },
    fetch: (input, init) => {
      fetches.push(init ?? {})
      return fetch(input, init)
    },
  })
  return { client, requests, fetches }
}

const parameter = (request: IncomingMessage | undefined, name: string) =>
  new RegExp(`\\b${name}="?([^",]+)`).exec(request?.headers.authorization ?? '')?.[1]

const DOCUMENT: XcapUri = {
  auid: 'resource-lists',
  xui: "sip:jürgen o'neil@example.com",
  path: ['index ?#%[]'],
}
const NODE: XcapUri = {
  auid: 'pres-rules',
  xui: 'sip:alice@example.com',
  path: ['index'],
  node: ['cp:ruleset', 'cp:rule[@id="ü \'<|>"]'],
  query: 'xmlns(cp=urn:ietf:params:xml:ns:common-policy)',
}

for (const [name, host] of [
  ['IPv4', '127.0.0.1'],
  ['IPv6', '::1'],
] as const) {
  test(`RFC 7616 §3.4.6: uri is the request target to the letter, escapes and query too, over ${name}`, async (t) => {
    const { client, requests } = await serve(t, host, md5)
    for (const uri of [DOCUMENT, NODE]) {
      await client.get(uri)
      await client.put(uri, { contentType: 'text/xml', body: new Uint8Array(1) })
      await client.delete(uri)
    }
    const proven = requests.filter(({ headers }) => headers.authorization !== undefined)
    assert.equal(proven.length, 6)
    for (const request of proven) {
      const uri = /\buri="((?:[^"\\]|\\.)*)"/.exec(request.headers.authorization ?? '')?.[1]
      assert.equal(uri?.replace(/\\(.)/g, '$1'), request.url)
    }
  })
}

for (const [name, challenges, nonce] of [
  ['SHA-256 alone', sha256, 'n256'],
  ['SHA-256, then MD5, in one field', `${sha256}, ${md5}`, 'n256'],
  ['SHA-256, then MD5, in two fields', [sha256, md5], 'n256'],
  ['one that nobody knows, then MD5, in one field', `${unknown}, ${md5}`, 'n5'],
  ['another scheme first, in one field', `Basic realm="x", Negotiate abc=, ${sha256}`, 'n256'],
] as const) {
  test(`RFC 7616 §3.7: of several challenges the first that can be answered is: ${name}`, async (t) => {
    const { client, requests } = await serve(t, '127.0.0.1', challenges as string | string[])
    await client.get(NODE)
    assert.equal(parameter(requests[1], 'nonce'), nonce)
    assert.equal(parameter(requests[1], 'algorithm'), nonce === 'n5' ? 'MD5' : 'SHA-256')
  })
}

test('no cookie goes along, nothing comes out of a cache, and the browser asks for no password itself', async (t) => {
  const { client, fetches } = await serve(t, '127.0.0.1', md5)
  await client.get(NODE)
  assert.deepEqual(
    fetches.map(({ credentials, cache, redirect }) => [credentials, cache, redirect]),
    [
      ['omit', 'no-store', 'error'],
      ['omit', 'no-store', 'error'],
    ],
  )
})
