/** Who may do what, and what is said before anybody is asked who they are. RFC 4825 §8, §14, RFC 7616. */
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { after, before, test } from 'node:test'
import { createDomains } from '../../core/model/domain.ts'
import { parseAor } from '../../core/uri/aor.ts'
import { signIn } from './support/xcap-caller.ts'
import { PASSWORD, startXcapService, type XcapService } from './support/xcap-service.ts'

const XML = 'application/vnd.oma.pres-content+xml'
const ROOT = '/xcap-root'
const ALICE = `${ROOT}/oma_status-icon/users/sip:alice@example.com`
const DIRECTORY = `${ROOT}/org.openmobilealliance.xcap-directory/users/sip:alice@example.com/directory.xml`

let service: XcapService
let xml: Buffer

before(async () => {
  service = await startXcapService()
  xml = await readFile(new URL('../fixtures/xcap/icon-png-1x1.xml', import.meta.url))
})

after(() => service.end())

const put = (target: string, as?: string) =>
  service.call('PUT', target, {
    body: xml,
    headers: { 'Content-Type': XML },
    ...(as !== undefined && { as }),
  })

test('before any challenge: what cannot be there is 404, POST is 405 with Allow', async () => {
  const nowhere = [
    ROOT,
    `${ROOT}/`,
    `${ROOT}/unknown-auid/users/sip:alice@example.com/index`,
    `${ROOT}/oma_status-icon`,
    `${ROOT}/oma_status-icon/elsewhere/sip:alice@example.com/x`,
    `${ROOT}/oma_status-icon/users`,
    `${ROOT}/oma_status-icon/users/`,
    `${ROOT}/oma_status-icon/users/sip:alice@example.com`,
    `${ROOT}/oma_status-icon/users/sip:alice@unserved.example/x`,
    `${ROOT}/oma_status-icon/users/not%20an%20address/x`,
    `${ALICE}/missing.png`,
    `${ROOT}/oma_status-icon/users/sip:nobody@example.com/x`,
    '/elsewhere',
    '/xcap-rootless/oma_status-icon/users/sip:alice@example.com/x',
  ]
  for (const target of nowhere) {
    const got = await service.call('GET', target)
    assert.equal(got.status, 404, target)
    assert.equal(got.headers['www-authenticate'], undefined)
  }
  for (const method of ['POST', 'PATCH', 'PROPFIND', 'TRACE']) {
    const got = await service.call(method, `${ALICE}/x`)
    assert.equal(got.status, 405, method)
    assert.equal(got.headers.allow, 'GET, PUT, DELETE, HEAD, OPTIONS')
  }
  assert.equal(
    (await service.call('PUT', `${ROOT}/unknown/users/sip:alice@example.com/x`)).status,
    404,
  )
})

test('one MD5 challenge with qop auth, in the realm of the domain of the XUI', async () => {
  const own = await put(`${ALICE}/x`)
  assert.equal(own.status, 401)
  const challenge = own.headers['www-authenticate'] ?? ''
  assert.match(challenge, /^Digest realm="example\.com", nonce="[^"]+", algorithm=MD5, qop="auth"$/)
  const other = await put(`${ROOT}/oma_status-icon/users/sip:carol@other.example/x`)
  assert.match(other.headers['www-authenticate'] ?? '', /^Digest realm="Other People"/)
})

test('an unknown user and a wrong password look the same', async () => {
  const shape = (field = '') => field.replace(/nonce="[^"]*"/, '')
  const nobody = await put(`${ROOT}/oma_status-icon/users/sip:nobody@example.com/x`)
  const somebody = await put(`${ALICE}/x`)
  assert.equal(nobody.status, somebody.status)
  assert.equal(
    shape(nobody.headers['www-authenticate']),
    shape(somebody.headers['www-authenticate']),
  )
  const attempt = (as: string) =>
    service.call('PUT', `${ALICE}/x`, { as, password: 'wrong', body: xml })
  const [unknown, wrong] = [await attempt('nobody'), await attempt('alice')]
  assert.deepEqual([unknown.status, unknown.text], [wrong.status, wrong.text])
  assert.equal(wrong.status, 401)
})

test('a bad credential always gets a fresh challenge', async () => {
  const bad = [
    'Digest',
    'Digest username="alice"',
    'Digest nonsense',
    'Basic YWxpY2U6b3BlbiBzZXNhbWU=',
    'Bearer token',
    '',
    'Digest username="alice", realm="example.com", nonce="x", uri="/", response="y"',
  ]
  const nonces = new Set<string>()
  for (const authorization of bad) {
    const got = await service.call('PUT', `${ALICE}/x`, {
      headers: { Authorization: authorization },
    })
    assert.equal(got.status, 401, authorization)
    nonces.add(/nonce="([^"]+)"/.exec(got.headers['www-authenticate'] ?? '')?.[1] ?? '')
  }
  assert.equal(nonces.size, bad.length)
})

test('RFC 7616 §3.4.6: the digest uri must be the request target as sent', async () => {
  const target = `${ALICE}/as%2Dsent`
  const challenge = (await put(target)).headers['www-authenticate'] ?? ''
  const send = (signed: string) =>
    service.call('PUT', target, {
      body: xml,
      headers: {
        'Content-Type': XML,
        Authorization: signIn({
          ...{ challenge, method: 'PUT', target: signed, username: 'alice', password: PASSWORD },
        }),
      },
    })
  assert.equal((await send(`${ALICE}/as-sent`)).status, 401)
  assert.equal((await send(target)).status, 201)
})

test('RFC 4825 §5.7: the owner writes, everybody else is refused', async () => {
  assert.equal((await put(`${ALICE}/mine`, 'alice')).status, 201)
  assert.equal((await put(`${ALICE}/mine`, 'alice@example.com')).status, 200)
  assert.equal((await put(`${ALICE}/mine`, 'bob')).status, 403)
  assert.equal((await service.call('DELETE', `${ALICE}/mine`, { as: 'bob' })).status, 403)
  assert.equal(
    (await put(`${ROOT}/oma_status-icon/users/sip:nobody@example.com/x`, 'bob')).status,
    403,
  )
  assert.equal((await put(`${ROOT}/oma_status-icon/global/x`)).status, 403)
  assert.equal((await service.call('GET', DIRECTORY)).status, 401)
  assert.equal((await service.call('GET', DIRECTORY, { as: 'bob' })).status, 403)
  assert.equal((await service.call('GET', DIRECTORY, { as: 'alice' })).status, 200)
})

test('every spelling of a person names the same documents', async () => {
  assert.equal((await put(`${ALICE}/spelled`, 'alice')).status, 201)
  for (const xui of [
    'alice@example.com',
    'sip%3Aalice%40example.com',
    'sip:alice@EXAMPLE.com',
    'sip:alice@alias.example',
    'sips:alice@example.com;transport=tls',
    'sip:101@example.com',
    'tel:+49-30-123',
  ]) {
    const target = `${ROOT}/oma_status-icon/users/${xui}/spelled`
    assert.equal((await service.call('GET', target)).status, 200, xui)
    assert.equal((await put(target, 'alice')).status, 200, xui)
  }
})

test('icons.access authenticated: reading an icon needs an account, at every address of it', async () => {
  const closed = await startXcapService({ icons: { access: 'authenticated' } })
  const target = `${ALICE}/photo`
  const sent = await closed.call('PUT', target, {
    as: 'alice',
    body: xml,
    headers: { 'Content-Type': XML },
  })
  assert.equal(sent.status, 201)
  const icon = await closed.store.documents.currentIcon(
    (await closed.store.accounts.findByUsername('example.com', 'alice'))!.aor,
  )
  for (const one of [target, `/i/${icon!.token}.png`]) {
    assert.equal((await closed.call('GET', one)).status, 401, one)
    const got = await closed.call('GET', one, { as: 'bob' })
    assert.equal(got.status, 200)
    assert.doesNotMatch(got.headers['cache-control'] ?? '', /public/)
  }
  await closed.end()
})

test('icons.access rules: an icon is read by those who may see its owner', async () => {
  for (const [defaultPolicy, status] of [
    ['allow-domain', 200],
    ['confirm', 403],
    ['block', 403],
  ] as const) {
    const domain = { realm: 'example.com', aliases: [], externalAccounts: false, defaultPolicy }
    const domains = createDomains([{ name: 'example.com', ...domain }])
    const closed = await startXcapService({ icons: { access: 'rules' }, domains })
    const headers = { 'Content-Type': XML }
    await closed.call('PUT', `${ALICE}/photo`, { as: 'alice', body: xml, headers })
    const alice = parseAor('alice@example.com') ?? assert.fail()
    const icon = await closed.store.documents.currentIcon(alice)
    for (const target of [`${ALICE}/photo`, `/i/${icon!.token}.png`]) {
      assert.equal((await closed.call('GET', target)).status, 401, defaultPolicy)
      assert.equal((await closed.call('GET', target, { as: 'bob' })).status, status, defaultPolicy)
      assert.equal((await closed.call('GET', target, { as: 'alice' })).status, 200, defaultPolicy)
    }
    await closed.end()
  }
})

test("icons.access rules: the owner's own rules decide, where it is known what they say", async () => {
  const closed = await startXcapService({
    icons: { access: 'rules' },
    maySeeIcon: async (owner, reader) => {
      await Promise.resolve()
      assert.equal(owner.aor, 'sip:alice@example.com')
      return reader === 'sip:alice@example.com'
    },
  })
  const headers = { 'Content-Type': XML }
  await closed.call('PUT', `${ALICE}/photo`, { as: 'alice', body: xml, headers })
  assert.equal((await closed.call('GET', `${ALICE}/photo`, { as: 'alice' })).status, 200)
  assert.equal((await closed.call('GET', `${ALICE}/photo`, { as: 'bob' })).status, 403)
  await closed.end()
})

test('RFC 4825 §14: Basic only over TLS, told by a trusted proxy only', async () => {
  const basic = `Basic ${Buffer.from(`alice:${PASSWORD}`).toString('base64')}`
  const send = (to: XcapService) =>
    to.call('GET', DIRECTORY, { headers: { Authorization: basic, 'X-Forwarded-Proto': 'https' } })
  assert.equal((await send(service)).status, 401)
  const behind = await startXcapService({ trustProxy: (address) => address === '127.0.0.1' })
  assert.equal((await send(behind)).status, 200)
  await behind.end()
})

test('X-3GPP-Asserted-Identity is believed of configured peers only', async () => {
  const headers = { 'X-3GPP-Asserted-Identity': '"sip:alice@example.com"' }
  assert.equal((await service.call('GET', DIRECTORY, { headers })).status, 401)
  const trusting = await startXcapService({ assertedFrom: (address) => address === '127.0.0.1' })
  const ask = (identity: string, target = DIRECTORY) =>
    trusting.call('GET', target, { headers: { 'X-3GPP-Asserted-Identity': identity } })
  assert.equal((await ask('"sip:alice@example.com"')).status, 200)
  assert.equal((await ask('"tel:+4930123", "sip:x@example.com"')).status, 200)
  assert.equal((await ask('"sip:bob@example.com"')).status, 403)
  assert.equal((await ask('"sip:nobody@example.com"')).status, 403)
  assert.equal((await ask('nonsense')).status, 403)
  // The proxy owns the accounts of that domain: any address of it exists.
  const outside = DIRECTORY.replace('alice@example.com', 'dave@outside.example')
  assert.equal((await ask('"sip:dave@outside.example"', outside)).status, 200)
  await trusting.end()
})

test('3GPP: the intended identity is believed of configured peers that assert none, and of nobody else', async () => {
  const intended = { 'X-3GPP-Intended-Identity': '"sip:alice@example.com"' }
  const asserted = { 'X-3GPP-Asserted-Identity': '"sip:bob@example.com"' }
  assert.equal((await service.call('GET', DIRECTORY, { headers: intended })).status, 401)
  const own = await service.call('GET', DIRECTORY, { as: 'alice', headers: intended })
  assert.equal(own.status, 200, 'XDM clients send it with credentials of their own')
  const other = { 'X-3GPP-Intended-Identity': '"sip:alice@example.com"' }
  assert.equal((await service.call('GET', DIRECTORY, { as: 'bob', headers: other })).status, 403)
  const trusting = await startXcapService({ assertedFrom: (address) => address === '127.0.0.1' })
  const ask = (headers: Record<string, string>) => trusting.call('GET', DIRECTORY, { headers })
  assert.equal((await ask(intended)).status, 200)
  assert.equal((await ask({ ...intended, ...asserted })).status, 403, 'what is proved goes first')
  assert.equal((await ask({ 'X-3GPP-Intended-Identity': 'nonsense' })).status, 403)
  await trusting.end()
})

test('an account with few hashes is asked for those', async () => {
  const service = await startXcapService({ digestAlgorithms: ['SHA-256', 'MD5'] })
  const account = (await service.store.accounts.findByUsername('example.com', 'bob'))!
  const md5 = account.credentials.filter(({ algorithm }) => algorithm === 'MD5')
  await service.store.accounts.put({ ...account, credentials: md5 })
  const bob = await service.call('GET', DIRECTORY.replace('alice', 'bob'), { as: 'bob' })
  assert.equal(bob.status, 200)
  const challenge = (await service.call('GET', DIRECTORY)).headers['www-authenticate'] ?? ''
  assert.match(challenge, /algorithm=SHA-256.*algorithm=MD5/)
  await service.end()
})

test('whoever guesses passwords waits, and who knows the password does not', async () => {
  const service = await startXcapService()
  const guess = (password: string) => service.call('GET', DIRECTORY, { as: 'alice', password })
  for (let attempt = 0; attempt < 10; attempt++) assert.equal((await guess('guess')).status, 401)
  let answered = false
  const slow = guess('guess').then(({ status }) => {
    answered = true
    return status
  })
  for (let turn = 0; turn < 10; turn++) {
    assert.equal((await guess(PASSWORD)).status, 200)
    assert.equal(answered, false)
  }
  service.clock.advance(1000)
  assert.equal(await slow, 401)
  await service.end()
})
