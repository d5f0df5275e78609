/** Signing in at /session, asking and signing out. RFC 6265, RFC 7616. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { parseAor } from '../../core/uri/aor.ts'
import {
  cookieOf,
  errorIn,
  FORM_TYPE,
  JSON_TYPE,
  sessionIn,
  startSessionWorld,
} from './support/session-world.ts'
import { signIn as authorizationFor } from './support/xcap-caller.ts'
import { PASSWORD } from './support/xcap-service.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const ALICE = parseAor('alice@example.com')!
const after = (clock: { now(): number }, milliseconds: number) =>
  new Date(clock.now() + milliseconds).toISOString()

describe('signing in', () => {
  test('RFC 7616: Digest without a body gives a session, told to nobody’s cache', async (t) => {
    const { call, clock, store } = await startSessionWorld(t)
    const account = await store.accounts.find(ALICE)
    await store.accounts.put({ ...account!, name: 'Alice' })
    const reply = await call('POST', '/session', { as: 'alice' })
    assert.equal(reply.status, 200, reply.text)
    const { sip, ...rest } = sessionIn(reply)
    assert.deepEqual(rest, {
      ...{ address: 'sip:alice@example.com', name: 'Alice' },
      ...{ expires: after(clock, HOUR), remembered: false },
      ...{ xcapRoot: '/xcap-root', webSocket: '/ws', icons: '/icons/alice@example.com' },
    })
    assert.equal(sip.username, 'alice')
    assert.match(sip.password, /^[\w-]{43}$/)
    assert.equal(reply.headers['content-type'], 'application/json')
    assert.equal(reply.headers['cache-control'], 'no-store')
    assert.equal(reply.headers['cross-origin-resource-policy'], 'same-origin')
  })

  test('RFC 6265 §4.1: the cookie is for no script, no other site and no longer than the browser is open', async (t) => {
    const { signIn } = await startSessionWorld(t)
    const { reply, session } = await signIn()
    assert.match(
      reply.headers['set-cookie']![0]!,
      /^visage-session=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/,
    )
    assert.ok(!reply.text.includes(cookieOf(reply).slice('visage-session='.length)))
    assert.ok(!('name' in session), 'who has no name is given none')
  })

  test('whoever wants to be remembered is for thirty days', async (t) => {
    const { signIn, clock } = await startSessionWorld(t)
    const { reply, session } = await signIn('alice@example.com', true)
    assert.match(reply.headers['set-cookie']![0]!, /; Max-Age=2592000$/)
    assert.equal(session.remembered, true)
    assert.equal(session.expires, after(clock, 30 * DAY))
  })

  test('the address in the body decides the realm; any address of the account will do', async (t) => {
    const { call } = await startSessionWorld(t)
    for (const [address, as, expected] of [
      ['carol@other.example', 'carol', 'sip:carol@other.example'],
      ['sip:101@example.com', 'alice', 'sip:alice@example.com'],
      ['tel:+4930123', 'alice@example.com', 'sip:alice@example.com'],
    ] as const) {
      const body = JSON.stringify({ address, remember: true })
      const reply = await call('POST', '/session', { as, body, headers: JSON_TYPE })
      assert.equal(reply.status, 200, `${address}: ${reply.text}`)
      assert.equal(sessionIn(reply).address, expected)
      assert.equal(sessionIn(reply).remembered, true)
    }
  })

  test('within this machine the password may come in JSON or in a form', async (t) => {
    const { call, post } = await startSessionWorld(t)
    assert.equal((await post({ address: ' 101@example.com ', password: PASSWORD })).status, 200)
    const form = new URLSearchParams({ address: 'bob@example.com', password: PASSWORD })
    const plain = await call('POST', '/session', { body: String(form), headers: FORM_TYPE })
    assert.equal(sessionIn(plain).address, 'sip:bob@example.com')
    assert.equal(sessionIn(plain).remembered, false)
    form.set('remember', 'on')
    const ticked = await call('POST', '/session', { body: String(form), headers: FORM_TYPE })
    assert.equal(sessionIn(ticked).remembered, true)
  })

  test('RFC 7617 §4: a password in clear is refused where it may be read along', async (t) => {
    const proxy = '127.0.0.1'
    const content = { address: 'alice@example.com', password: PASSWORD }
    const { post } = await startSessionWorld(t)
    const ways = ['X-Forwarded-For', 'X-Real-IP', 'X-Forwarded-Host', 'Forwarded', 'Via']
    for (const field of ways) {
      const reply = await post(content, { [field]: '127.0.0.1' })
      assert.equal(reply.status, 403, `${field} of a proxy that nobody named`)
      assert.equal(errorIn(reply), 'A password is taken over https only.')
    }
    const behind = await startSessionWorld(t, { trustProxy: (peer) => peer === proxy })
    const from = (address: string, scheme: string) =>
      behind.post(content, { 'X-Forwarded-For': address, 'X-Forwarded-Proto': scheme })
    assert.equal((await from('192.0.2.7', 'http')).status, 403)
    assert.equal((await from('192.0.2.7', 'https')).status, 200)
    assert.equal((await from('::1', 'http')).status, 200)
    const unsaid = await behind.post(content, { Forwarded: 'for=192.0.2.7' })
    assert.equal(unsaid.status, 403, 'a trusted proxy that does not say for whom it asks')
  })

  test('RFC 6265bis §4.1.3.2: over TLS the cookie is Secure and of a name that nobody else can set', async (t) => {
    const { post, call } = await startSessionWorld(t, { trustProxy: () => true })
    const tls = { 'X-Forwarded-For': '192.0.2.7', 'X-Forwarded-Proto': 'https' }
    const reply = await post({ address: 'alice@example.com', password: PASSWORD }, tls)
    const [field = ''] = reply.headers['set-cookie'] ?? []
    assert.match(
      field,
      /^__Host-visage-session=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict; Secure$/,
    )
    const cookie = cookieOf(reply)
    const got = (headers: Record<string, string>) => call('GET', '/session', { headers })
    assert.equal((await got({ ...tls, Cookie: cookie })).status, 200)
    assert.equal((await got({ ...tls, Cookie: cookie.replace('__Host-', '') })).status, 204)
    assert.equal((await got({ Cookie: cookie })).status, 204)
  })

  test('what is wrong looks the same whoever it is said of, and comes with a challenge for programs', async (t) => {
    const { post } = await startSessionWorld(t)
    for (const address of ['alice@example.com', 'nobody@example.com', 'alice@elsewhere.example']) {
      const reply = await post({ address, password: 'wrong' })
      assert.equal(reply.status, 401, address)
      assert.equal(errorIn(reply), 'The address or the password is wrong.')
      assert.match(reply.headers['www-authenticate']!, /^Digest realm="example.com", nonce="/)
      assert.equal(reply.headers['set-cookie'], undefined)
    }
  })

  test('RFC 9110 §11.6.1: to a browser the challenge is of a scheme that it opens no dialog for', async (t) => {
    const { call, post, own, signIn, clock } = await startSessionWorld(t)
    const quiet = /^Visage-Session realm="example.com", nonce="\w+", algorithm=MD5, qop="auth"$/
    const challengeTo = (headers: Record<string, string>, authorization = {}) =>
      call('POST', '/session', { headers: { ...headers, ...authorization } })
    const { cookie } = await signIn()
    clock.advance(HOUR)
    for (const headers of [
      own(),
      { 'Sec-Fetch-Mode': 'cors' },
      { 'Sec-Fetch-Mode': 'same-origin' },
      { 'Sec-Fetch-Mode': 'navigate', 'Sec-Fetch-Site': 'same-origin' },
      { Origin: own().Origin },
      { Cookie: cookie },
      { Cookie: 'visage-session=nonsense' },
    ]) {
      for (const authorization of [{}, { Authorization: 'Digest realm="example.com"' }]) {
        const reply = await challengeTo(headers, authorization)
        assert.equal(reply.status, 401)
        assert.match(reply.headers['www-authenticate']!, quiet, JSON.stringify(headers))
      }
    }
    const wrong = await post({ address: 'alice@example.com', password: 'wrong' }, own())
    assert.match(wrong.headers['www-authenticate']!, quiet)
  })

  test('a page answers the quiet challenge as any other Digest', async (t) => {
    const { call, own } = await startSessionWorld(t)
    const asked = await call('POST', '/session', { headers: own() })
    const challenge = asked.headers['www-authenticate']!.replace('Visage-Session', 'Digest')
    const proof = { challenge, method: 'POST', target: '/session', username: 'alice' }
    const Authorization = authorizationFor({ ...proof, password: PASSWORD })
    const reply = await call('POST', '/session', { headers: { ...own(), Authorization } })
    assert.equal(reply.status, 200)
    assert.equal(sessionIn(reply).address, 'sip:alice@example.com')
  })

  test('RFC 7616 §5.3: guesses in forms wait as all others do, who knows the password never', async (t) => {
    const { post, call, clock, signIn } = await startSessionWorld(t)
    for (let guess = 0; guess < 10; guess++) {
      const wrong = { as: 'alice', password: `guess ${guess}` }
      const content = { address: 'alice@example.com', password: wrong.password }
      const reply = await (guess % 2 ? call('POST', '/session', wrong) : post(content))
      assert.equal(reply.status, 401)
    }
    let answered = false
    const waiting = post({ address: 'alice@example.com', password: 'no' }).then((reply) => {
      answered = true
      return reply
    })
    await signIn()
    assert.equal(answered, false)
    clock.advance(100)
    assert.equal((await waiting).status, 401)
  })

  test('a session gives birth to no other: its password signs nobody in here', async (t) => {
    const { call, signIn } = await startSessionWorld(t)
    const { session } = await signIn()
    const { username, password } = session.sip
    assert.equal((await call('POST', '/session', { as: username, password })).status, 401)
    const directory = '/xcap-root/resource-lists/users/sip:alice@example.com/index'
    assert.equal((await call('GET', directory, { as: username, password })).status, 404)
  })

  test('who signs in as somebody else in the same browser leaves no session behind', async (t) => {
    const { call, post, own, signIn } = await startSessionWorld(t)
    const { cookie } = await signIn('alice@example.com')
    const reply = await post({ address: 'bob@example.com', password: PASSWORD }, own(cookie))
    assert.equal(sessionIn(reply).address, 'sip:bob@example.com')
    assert.notEqual(cookieOf(reply), cookie)
    assert.equal((await call('GET', '/session', { headers: { Cookie: cookie } })).status, 204)
  })

  test('of twenty browsers that sign in at once sixteen stay signed in', async (t) => {
    const { signIn, call } = await startSessionWorld(t)
    const all = await Promise.all(Array.from({ length: 20 }, () => signIn()))
    const passwords = new Set(all.map(({ session }) => session.sip.password))
    assert.equal(passwords.size, 20)
    const states = await Promise.all(
      all.map(({ cookie }) => call('GET', '/session', { headers: { Cookie: cookie } })),
    )
    assert.equal(states.filter(({ status }) => status === 200).length, 16)
  })
})

describe('being signed in', () => {
  test('GET tells the same again and prolongs nothing', async (t) => {
    const { call, signIn, clock } = await startSessionWorld(t)
    const { cookie, session } = await signIn()
    clock.advance(HOUR - 1)
    const reply = await call('GET', '/session', { headers: { Cookie: cookie } })
    assert.equal(reply.status, 200)
    assert.deepEqual(sessionIn(reply), session)
    assert.equal(reply.headers['set-cookie'], undefined)
    assert.equal(reply.headers['cache-control'], 'no-store')
    clock.advance(1)
    const later = await call('GET', '/session', { headers: { Cookie: cookie } })
    assert.equal(later.status, 204)
    assert.equal(later.text, '')
    assert.equal(later.headers['cache-control'], 'no-store')
  })

  test('POST with the cookie prolongs the session, whose password stays the same', async (t) => {
    const { call, own, signIn, clock } = await startSessionWorld(t)
    for (const remember of [false, true]) {
      const lifetime = remember ? 30 * DAY : HOUR
      const { cookie, session } = await signIn('alice@example.com', remember)
      clock.advance(lifetime - 1)
      const reply = await call('POST', '/session', { headers: own(cookie) })
      assert.equal(reply.status, 200)
      assert.equal(cookieOf(reply), cookie)
      assert.equal(/; Max-Age=2592000$/.test(reply.headers['set-cookie']![0]!), remember)
      assert.deepEqual(sessionIn(reply), { ...session, expires: after(clock, lifetime) })
      clock.advance(lifetime)
      assert.equal((await call('POST', '/session', { headers: own(cookie) })).status, 401)
    }
  })

  test('DELETE ends the session and makes the browser forget the cookie', async (t) => {
    const { call, own, signIn } = await startSessionWorld(t)
    const { cookie } = await signIn()
    for (const headers of [own(cookie), own(cookie), own()]) {
      const reply = await call('DELETE', '/session', { headers })
      assert.equal(reply.status, 204)
      assert.deepEqual(reply.headers['set-cookie'], [
        'visage-session=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0',
      ])
      assert.equal((await call('GET', '/session', { headers: { Cookie: cookie } })).status, 204)
    }
  })

  test('an account that is removed, or gets another password, is signed in nowhere', async (t) => {
    const { call, signIn, store } = await startSessionWorld(t)
    const alice = await signIn('alice@example.com')
    const bob = await signIn('bob@example.com')
    const { credentials, ...account } = (await store.accounts.find(ALICE))!
    const others = credentials.map((one) => ({ ...one, ha1: '0'.repeat(one.ha1.length) }))
    await store.accounts.put({ ...account, credentials: others })
    await store.accounts.remove(parseAor('bob@example.com')!)
    for (const { cookie } of [alice, bob]) {
      assert.equal((await call('GET', '/session', { headers: { Cookie: cookie } })).status, 204)
    }
  })
})
