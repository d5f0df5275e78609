/** Node URIs as clients really write them: raw, escaped, half escaped. RFC 4825 §6. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { signIn } from './support/xcap-caller.ts'
import { DOCUMENT, startNodeWorld, type NodeWorld } from './support/node-world.ts'
import { rawRequest, statusOf } from './support/raw-request.ts'
import { PASSWORD } from './support/xcap-service.ts'

const RAW = ['a|b', 'a^b', '{a}', 'a`b', 'a\\b', "o'neill", 'a;b,c=d+e!$(f)*']
const ESCAPED = ['a/b', '~~', 'x y', 'ü€😀', 'a&b', 'q"q', '100%', 'a?b', 'a#b']
const URIS = ['sip:bob@example.com', ...RAW, ...ESCAPED]
const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('"', '&quot;')
const SOURCE = `<root xmlns="test-app">${URIS.map((uri) => `<e u="${escaped(uri)}"/>`).join('')}</root>`

let world: NodeWorld

before(async () => {
  world = await startNodeWorld()
  assert.equal((await world.put('', SOURCE)).status, 201)
})

after(() => world.service.end())

async function get(target: string): Promise<{ status: number; body: string }> {
  const asserted = 'X-3GPP-Asserted-Identity: "sip:alice@example.com"'
  const head = `GET ${target} HTTP/1.1\r\nHost: x\r\n${asserted}\r\nConnection: close\r\n\r\n`
  const reply = await rawRequest(world.service.port, head)
  return { status: statusOf(reply), body: reply.slice(reply.indexOf('\r\n\r\n') + 4) }
}

test('RFC 4825 §6.3: the same selector, escaped to every degree', async () => {
  const bob = '<e u="sip:bob@example.com"/>'
  for (const selector of [
    'root/e[@u="sip:bob@example.com"]',
    "root/e[@u='sip:bob@example.com']",
    'root/e%5B@u=%22sip:bob@example.com%22%5D',
    'root/e%5b@u=%22sip%3abob%40example.com%22%5d',
    '%72%6f%6f%74/%65[1]',
    'root/e%5B1%5D',
    'root/*[1][@u="sip:bob@example.com"]',
  ]) {
    assert.deepEqual(await get(`${DOCUMENT}/~~/${selector}`), { status: 200, body: bob }, selector)
  }
})

test('RFC 4825 §6: the separator may be escaped, and only the first one separates', async () => {
  for (const target of [
    `${DOCUMENT}/%7E%7E/root/e[@u="~~"]`,
    `${DOCUMENT}/%7e~/root/e%5b@u=%22%7e%7e%22%5d`,
    `${DOCUMENT}/~~/root/e[@u='~~']`,
  ]) {
    assert.deepEqual(await get(target), { status: 200, body: '<e u="~~"/>' }, target)
  }
  // A later separator is a step, and no step is called that.
  assert.equal((await get(`${DOCUMENT}/~~/root/~~/e`)).status, 400)
})

test('RFC 4825 §6.3: what must be escaped in a value: slash, space, ampersand, percent, beyond ASCII', async () => {
  for (const uri of URIS) {
    const value = encodeURIComponent(uri.includes('"') ? `'${uri}'` : `"${escaped(uri)}"`)
    const got = await get(`${DOCUMENT}/~~/root/e[@u=${value}]`)
    assert.equal(got.status, 200, uri)
    assert.equal(Buffer.from(got.body, 'latin1').toString(), `<e u="${escaped(uri)}"/>`)
  }
})

test('characters that should be escaped and are not are taken as they are', async () => {
  for (const uri of RAW) {
    const got = await get(`${DOCUMENT}/~~/root/e[@u="${uri}"]`)
    assert.deepEqual(got, { status: 200, body: `<e u="${uri}"/>` })
  }
  // Bytes beyond ASCII may not stand in a request target. RFC 9112 §3.2
  const bytes = Buffer.from('ü').toString('latin1')
  assert.equal((await get(`${DOCUMENT}/~~/root/e[@u="${bytes}"]`)).status, 400)
})

test('RFC 4825 §6.4: bindings in the query, escaped or not, several, and others ignored', async () => {
  for (const query of [
    'xmlns(p=test-app)',
    'xmlns%28p%3Dtest-app%29',
    'xmlns(q=urn:x)xmlns(p=test-app)',
    'xmlns(q=urn:x)%20xmlns(p=test-app)',
    'element(/1)xmlns(p=test-app)',
  ]) {
    assert.equal((await get(`${DOCUMENT}/~~/p:root/p:e[1]?${query}`)).status, 200, query)
  }
})

test('RFC 4825 §6.2: every spelling of the user identifier, an escaped slash too', async () => {
  for (const xui of [
    'sip:alice@example.com',
    'sip%3Aalice%40example.com',
    'alice@example.com',
    'alice%40EXAMPLE.com',
    'sip:101@example.com',
    'tel:+49-30-123',
  ]) {
    const target = `/xcap-root/test-app/users/${xui}/index/~~/root/e[1]`
    assert.equal((await get(target)).status, 200, xui)
  }
  // The slash belongs to the name: nobody is called so, and nobody may read what is theirs.
  const other = await get('/xcap-root/test-app/users/sip:a%2Fb@example.com/index/~~/root/e[1]')
  assert.equal(other.status, 403)
})

test('RFC 9112 §3.2.2: a node of a whole URL as the target', async () => {
  assert.equal((await get(`http://example.com${DOCUMENT}/~~/root/e[1]`)).status, 200)
})

test('Blink: the digest uri is the target as sent, raw quotes and brackets included', async () => {
  const target = `${DOCUMENT}/~~/root/e[@u="sip:bob@example.com"]`
  const ask = async (authorization: string) => {
    // Not vouched for: this connection signs in itself.
    const other = await startNodeWorld({ assertedFrom: () => false })
    const host = 'Host: x\r\nConnection: close\r\n'
    const first = await rawRequest(other.service.port, `GET ${target} HTTP/1.1\r\n${host}\r\n`)
    assert.equal(statusOf(first), 401)
    const challenge = /WWW-Authenticate: (.*)\r\n/i.exec(first)?.[1] ?? assert.fail()
    const signed = signIn({
      ...{ challenge, method: 'GET', target: authorization, username: 'alice' },
      password: PASSWORD,
    })
    const head = `GET ${target} HTTP/1.1\r\n${host}Authorization: ${signed}\r\n\r\n`
    const reply = await rawRequest(other.service.port, head)
    await other.service.end()
    return statusOf(reply)
  }
  // Signed in, and there is no document in that other world.
  assert.equal(await ask(target), 404)
  assert.equal(await ask(encodeURI(target)), 401)
})
