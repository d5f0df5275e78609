/** How the client proves its password: every algorithm, and without being asked twice. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { DigestAlgorithm } from '../../core/digest/digest-algorithm.ts'
import { digestResponse } from '../../core/digest/digest-response.ts'
import { nodeHashes } from '../../core/digest/node-hashes.ts'
import { settled, setUp } from './client-harness.ts'
import type { PeerRequest } from './scripted-peer.ts'

function challenge(request: PeerRequest, algorithm: DigestAlgorithm, nonce = 'n1'): void {
  request.respond(
    401,
    'Unauthorized',
    `WWW-Authenticate: Digest realm="example.com", nonce="${nonce}", algorithm=${algorithm}, qop="auth"`,
  )
}

function parameters(request: PeerRequest): (name: string) => string {
  const value = request.header('authorization') ?? ''
  return (name) => new RegExp(`\\b${name}="?([^",]+)`).exec(value)?.[1] ?? ''
}

function assertProven(request: PeerRequest, algorithm: DigestAlgorithm): void {
  const parameter = parameters(request)
  const hash = nodeHashes[algorithm]
  const expected = digestResponse(hash, {
    ha1: hash('alice:example.com:secret'),
    method: request.method,
    uri: parameter('uri'),
    nonce: parameter('nonce'),
    protection: { qop: 'auth', nc: parameter('nc'), cnonce: parameter('cnonce') },
  })
  assert.equal(parameter('response'), expected)
  assert.equal(parameter('algorithm'), algorithm)
  assert.equal(request.headers('authorization').length, 1)
}

for (const algorithm of ['MD5', 'SHA-256', 'SHA-512-256'] as const) {
  test(`RFC 8760 §2.1: a challenge with ${algorithm} is answered, and the next request needs none`, async (t) => {
    const { peer, client } = await setUp(t)
    const done = client.publish({})
    challenge(await peer.next(), algorithm)
    const proven = await peer.next()
    assertProven(proven, algorithm)
    assert.equal(parameters(proven)('nc'), '00000001')
    proven.respond(200, 'OK', 'SIP-ETag: one', 'Expires: 3600')
    await done
    const change = client.publish({ basic: 'closed' })
    const ahead = await peer.next()
    assertProven(ahead, algorithm)
    assert.equal(parameters(ahead)('nc'), '00000002')
    ahead.respond(200, 'OK', 'SIP-ETag: two', 'Expires: 3600')
    await change
  })
}

test('a nonce that is not taken any more is replaced by the fresh one', async (t) => {
  const { peer, client } = await setUp(t)
  const done = client.publish({})
  challenge(await peer.next(), 'MD5')
  ;(await peer.next()).respond(200, 'OK', 'SIP-ETag: one', 'Expires: 3600')
  await done
  const change = client.publish({ basic: 'closed' })
  challenge(await peer.next(), 'MD5', 'n2')
  const proven = await peer.next()
  assertProven(proven, 'MD5')
  assert.equal(parameters(proven)('nonce'), 'n2')
  proven.respond(200, 'OK', 'SIP-ETag: two', 'Expires: 3600')
  await change
})

test('RFC 3261 §22.2: a password that was refused is not tried again', async (t) => {
  const { peer, client } = await setUp(t)
  const refused = assert.rejects(client.publish({}), /wrong password, or no such account \(401/)
  challenge(await peer.next(), 'MD5', 'n1')
  challenge(await peer.next(), 'MD5', 'n2')
  await refused
  await settled()
  assert.equal(peer.requests.length, 2)
})

test('a challenge that cannot be answered is told as a refusal', async (t) => {
  const { peer, client } = await setUp(t)
  const refused = assert.rejects(client.publish({}), /\(401/)
  ;(await peer.next()).respond(
    401,
    'Unauthorized',
    'WWW-Authenticate: Digest realm="example.com", nonce="n", algorithm=AKAv1-MD5, qop="auth"',
  )
  await refused
})

test('the end of a subscription is proved without being asked: who leaves a page is gone before an answer', async (t) => {
  const { peer, client } = await setUp(t)
  const watch = client.watch('bob@example.com')
  challenge(await peer.next(), 'MD5')
  const proven = await peer.next()
  proven.respond(200, 'OK', 'Expires: 3600', 'Contact: <sip:127.0.0.1>')
  await peer.notify(proven, { state: 'active;expires=3600' })
  await settled()
  const closed = watch.close()
  const end = await peer.next()
  assert.equal(end.header('expires'), '0')
  assertProven(end, 'MD5')
  challenge(end, 'MD5', 'n2')
  const again = await peer.next()
  assertProven(again, 'MD5')
  assert.equal(parameters(again)('nonce'), 'n2')
  again.respond(200, 'OK', 'Expires: 0')
  await peer.notify(proven, { state: 'terminated;reason=timeout', cseq: 2 })
  await closed
})
