/** Who sends a request: digest, P-Asserted-Identity, aliases. RFC 3261 §22, RFC 3325 §5. */
import assert from 'node:assert/strict'
import test from 'node:test'
import type { Aor } from '../../core/uri/aor.ts'
import { startAgent } from './agent-harness.ts'
import { pidf } from './phone.ts'

const ALICE = 'sip:alice@example.com'
const SUBSCRIBE = ['Event: presence', 'Expires: 600']

test('RFC 6665 §4.2.1.3: a request without credentials gets 401 with one MD5 challenge of the domain', async (t) => {
  const agent = await startAgent(t, { domains: [{ realm: 'Example Realm' }] })
  const bob = await agent.phone('bob')
  const response = await bob.request('SUBSCRIBE', {
    uri: ALICE,
    headers: SUBSCRIBE,
    anonymous: true,
  })
  assert.equal(response.status, 401)
  const challenges = response.headers('www-authenticate')
  assert.equal(challenges.length, 1)
  assert.match(challenges[0] ?? '', /^Digest realm="Example Realm", .*algorithm=MD5, .*qop="auth"/)
})

test('RFC 3261 §22: a wrong password and a user who does not exist get a fresh challenge', async (t) => {
  const agent = await startAgent(t)
  for (const user of ['mallory', 'alice']) {
    const phone = await agent.phone(user)
    const from = user === 'alice' ? 'sip:bob@example.com' : phone.aor
    const response = await phone.request('SUBSCRIBE', { uri: ALICE, headers: SUBSCRIBE, from })
    // Alice's credentials are right, but the request says that it is from bob.
    assert.equal(response.status, user === 'alice' ? 403 : 401)
  }
})

test('RFC 3261 §22.4: credentials made for another server are not taken', async (t) => {
  const agent = await startAgent(t)
  const bob = await agent.phone('bob')
  const uri = ALICE
  const first = await bob.request('SUBSCRIBE', { uri, headers: SUBSCRIBE, anonymous: true })
  const challenge = first.header('www-authenticate') ?? ''
  for (const [foreign, status] of [
    ['sip:alice@elsewhere.example', 401],
    ['sip:bob@example.com', 200],
  ] as const) {
    const authorization = bob.authorization(challenge, 'SUBSCRIBE', foreign)
    const headers = [...SUBSCRIBE, authorization]
    const response = await bob.request('SUBSCRIBE', { uri, headers, anonymous: true })
    assert.equal(response.status, status, foreign)
  }
})

test('RFC 3325 §5: P-Asserted-Identity of a peer that is not trusted means nothing', async (t) => {
  const agent = await startAgent(t)
  const bob = await agent.phone('bob')
  const headers = [...SUBSCRIBE, `P-Asserted-Identity: <${ALICE}>`]
  const asked = await bob.request('SUBSCRIBE', { uri: ALICE, headers, anonymous: true })
  assert.equal(asked.status, 401)
  const publish = ['Event: presence', 'Content-Type: application/pidf+xml', headers.at(-1) ?? '']
  const body = pidf(ALICE, 'open')
  assert.equal((await bob.request('PUBLISH', { uri: ALICE, headers: publish, body })).status, 403)
})

test('RFC 3325 §5: a trusted peer is not challenged, and its P-Asserted-Identity is who it is', async (t) => {
  const agent = await startAgent(t, { trusted: true })
  const proxy = await agent.phone('proxy')
  const body = pidf(ALICE, 'open')
  const publish = async (...assertion: string[]) => {
    const headers = ['Event: presence', 'Content-Type: application/pidf+xml', ...assertion]
    return (await proxy.request('PUBLISH', { uri: ALICE, headers, body })).status
  }
  assert.equal(await publish(`P-Asserted-Identity: "Alice" <${ALICE}>`), 200)
  assert.equal(await publish(`P-Asserted-Identity: <tel:+1>, <${ALICE}>`), 403)
  assert.equal(await publish('P-Asserted-Identity: <sip:bob@example.com>'), 403)
  assert.equal(await publish('P-Asserted-Identity: garbage'), 403)
})

test('aliases of the account and of the domain are one presentity', async (t) => {
  const agent = await startAgent(t, { domains: [{ aliases: ['example.org', '127.0.0.1'] }] })
  await agent.addAccount('dora', {
    aliases: ['sip:101@example.com' as Aor, 'tel:+49301234' as Aor],
  })
  const [bob, dora] = [await agent.phone('bob'), await agent.phone('dora')]
  const names = [
    'sip:dora@example.com',
    'sip:101@example.com',
    'tel:+49-30-1234',
    'sips:dora@EXAMPLE.org:5061;transport=tls',
    'pres:dora@example.com',
    `sip:dora@127.0.0.1:${agent.ports.UDP}`,
  ]
  for (const name of names) {
    const { response } = await bob.subscribe(name)
    assert.equal(response.status, 200, name)
    await bob.notify()
  }
  const headers = ['Event: presence', 'Content-Type: application/pidf+xml']
  const uri = 'sip:101@example.org'
  const body = pidf(uri, 'open')
  const published = await dora.request('PUBLISH', { uri, from: uri, headers, body })
  assert.equal(published.status, 200)
  for (const name of names) assert.match((await bob.notify()).body, /<basic>open</, name)
})

test('RFC 3261 §8.2: a Request-URI with our own address leaves it to To whom it means', async (t) => {
  const agent = await startAgent(t)
  const bob = await agent.phone('bob')
  const uri = `sip:127.0.0.1:${agent.ports.UDP}`
  const asked = await bob.request('SUBSCRIBE', { uri, to: ALICE, headers: SUBSCRIBE })
  assert.equal(asked.status, 200)
  assert.match((await bob.notify()).body, /entity="sip:alice@example\.com"/)
})

test('from the eleventh wrong password in a minute the answer is held back', async (t) => {
  const agent = await startAgent(t)
  await agent.addAccount('bob', { credentials: [] })
  const bob = await agent.phone('bob')
  for (let count = 0; count < 10; count++) {
    const response = await bob.request('SUBSCRIBE', { uri: ALICE, headers: SUBSCRIBE })
    assert.equal(response.status, 401)
  }
  const late = bob.request('SUBSCRIBE', { uri: ALICE, headers: SUBSCRIBE })
  let answered = false
  void late.then(() => (answered = true))
  const other = await agent.phone('carol')
  assert.equal((await other.subscribe(ALICE)).response.status, 200, 'nobody else waits')
  assert.equal(answered, false)
  agent.clock.advance(1_000)
  assert.equal((await late).status, 401)
})
