/** What the cookie of a session opens, and what no other site's page can do with it. RFC 6265 §8.2, Fetch Metadata. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import sharp from 'sharp'
import { parseAor } from '../../core/uri/aor.ts'
import { cookieOf, startSessionWorld } from './support/session-world.ts'
import { signIn as authorizationFor } from './support/xcap-caller.ts'
import { PASSWORD } from './support/xcap-service.ts'

const LIST = '/xcap-root/resource-lists/users/sip:alice@example.com/index'
const LIST_TYPE = { 'Content-Type': 'application/resource-lists+xml' }
const list = (name: string) =>
  `<?xml version="1.0"?><resource-lists xmlns="urn:ietf:params:xml:ns:resource-lists"><list name="${name}"/></resource-lists>`
const ALICE = parseAor('alice@example.com')!

const picture = () =>
  sharp({ create: { width: 64, height: 64, channels: 3, background: '#3366cc' } })
    .png()
    .toBuffer()

test('RFC 4825 §7: documents and parts of them are written, read and deleted by the cookie', async (t) => {
  const { call, own, signIn } = await startSessionWorld(t)
  const { cookie } = await signIn()
  const headers = own(cookie)
  const put = await call('PUT', LIST, { headers: { ...headers, ...LIST_TYPE }, body: list('a') })
  assert.equal(put.status, 201, put.text)
  const element = `${LIST}/~~/resource-lists/list%5B@name=%22a%22%5D`
  const part = await call('PUT', element, {
    headers: { ...headers, 'Content-Type': 'application/xcap-el+xml' },
    body: '<list name="a"><entry uri="sip:bob@example.com"/></list>',
  })
  assert.equal(part.status, 200, part.text)
  for (const method of ['GET', 'HEAD']) {
    // A navigation, or an image: nobody says where it comes from.
    assert.equal((await call(method, LIST, { headers: { Cookie: cookie } })).status, 200)
  }
  assert.equal((await call('DELETE', LIST, { headers })).status, 200)
})

test('the cookie is its account’s alone', async (t) => {
  const { call, own, signIn } = await startSessionWorld(t)
  const { cookie } = await signIn('bob@example.com')
  const request = { headers: { ...own(cookie), ...LIST_TYPE }, body: list('a') }
  assert.equal((await call('PUT', LIST, request)).status, 403)
  assert.equal((await call('GET', LIST, { headers: own(cookie) })).status, 403)
})

test('credentials go before the cookie, right or wrong', async (t) => {
  const { call, own, signIn } = await startSessionWorld(t)
  const { cookie } = await signIn('bob@example.com')
  // Neither is a page's Origin asked for: who has the password is no page that borrows a cookie.
  const headers = { Cookie: cookie, ...LIST_TYPE }
  const challenge = await call('PUT', LIST, { headers: LIST_TYPE, body: list('a') })
  assert.match(challenge.headers['www-authenticate']!, /^Digest /)
  const wrong = { ...own(cookie), Authorization: 'Digest realm="example.com"' }
  const refused = await call('GET', LIST, { headers: wrong })
  assert.equal(refused.status, 401)
  assert.match(refused.headers['www-authenticate']!, /^Visage-Session realm="example.com", nonce=/)
  const direct = await call('PUT', LIST, { headers: LIST_TYPE, body: list('a'), as: 'alice' })
  assert.equal(direct.status, 201)
  const proof = { method: 'PUT', target: LIST, username: 'alice', password: PASSWORD }
  const field = challenge.headers['www-authenticate']!
  const Authorization = authorizationFor({ ...proof, challenge: field })
  const both = await call('PUT', LIST, { headers: { ...headers, Authorization }, body: list('b') })
  assert.equal(both.status, 200, both.text)
})

test('RFC 6265 §8.2: only a page of the service changes anything by the cookie', async (t) => {
  const { call, own, origin, signIn } = await startSessionWorld(t)
  const { cookie } = await signIn()
  await call('PUT', LIST, { headers: { ...own(cookie), ...LIST_TYPE }, body: list('first') })
  const foreign = 'https://evil.example'
  const otherPort = 'http://127.0.0.1:1'
  const table: [expected: 'yes' | 'no', headers: Record<string, string>][] = [
    ['yes', { Origin: origin, 'Sec-Fetch-Site': 'same-origin' }],
    ['yes', { Origin: origin }],
    ['yes', { 'Sec-Fetch-Site': 'same-origin' }],
    // Behind a proxy that rewrites Host the browser alone knows.
    ['yes', { Origin: 'https://face.example', 'Sec-Fetch-Site': 'same-origin' }],
    ['no', {}],
    ['no', { Origin: foreign }],
    ['no', { Origin: 'null' }],
    ['no', { Origin: otherPort }],
    ['no', { Origin: origin.toUpperCase().replace('HTTP', 'HTTPS') }],
    ['no', { Origin: `${origin}, ${foreign}` }],
    ['no', { Referer: `${origin}/` }],
    ['no', { Origin: foreign, Host: 'evil.example' }],
    ['no', { Origin: origin, 'Sec-Fetch-Site': 'cross-site' }],
    ['no', { Origin: otherPort, 'Sec-Fetch-Site': 'same-site' }],
    ['no', { Origin: foreign, 'Sec-Fetch-Site': 'cross-site' }],
    ['no', { Origin: 'null', 'Sec-Fetch-Site': 'cross-site' }],
    ['no', { 'Sec-Fetch-Site': 'none' }],
    ['no', { 'Sec-Fetch-Site': 'same-origin, cross-site' }],
  ]
  for (const [expected, site] of table) {
    const headers = { ...site, Cookie: cookie, ...LIST_TYPE }
    const what = JSON.stringify(site)
    const put = await call('PUT', LIST, { headers, body: list('second') })
    assert.equal(put.status, expected === 'yes' ? 200 : 403, `PUT ${what}`)
    if (expected === 'yes') continue
    assert.equal((await call('DELETE', LIST, { headers })).status, 403, `DELETE ${what}`)
    for (const method of ['POST', 'DELETE']) {
      const session = await call(method, '/session', { headers: { ...site, Cookie: cookie } })
      assert.equal(session.status, 403, `${method} /session ${what}`)
      assert.equal(session.headers['set-cookie'], undefined)
    }
  }
  assert.equal((await call('GET', '/session', { headers: own(cookie) })).status, 200)
})

test('a page of another site learns nothing about a session, and signs nobody in', async (t) => {
  const { call, origin, signIn, post } = await startSessionWorld(t)
  const { cookie } = await signIn()
  for (const site of [
    { Origin: 'https://evil.example' },
    { Origin: 'https://evil.example', 'Sec-Fetch-Site': 'cross-site' },
    { 'Sec-Fetch-Site': 'same-site' },
    { Origin: 'null' },
  ]) {
    const asked = await call('GET', '/session', { headers: { ...site, Cookie: cookie } })
    assert.equal(asked.status, 403)
    const login = await post({ address: 'alice@example.com', password: PASSWORD }, site)
    assert.equal(login.status, 403, 'not even as the attacker')
    assert.equal(login.headers['set-cookie'], undefined)
    const digest = await call('POST', '/session', { headers: site, as: 'alice' })
    assert.equal(digest.status, 403)
  }
  const preflight = { Origin: 'https://evil.example', 'Access-Control-Request-Method': 'PUT' }
  for (const target of [LIST, '/session', '/icons/alice@example.com']) {
    const ways = [
      await call('OPTIONS', target, { headers: { ...preflight, Cookie: cookie } }),
      await call('GET', target, { headers: { Origin: origin, Cookie: cookie } }),
    ]
    // `*` without Allow-Credentials: a browser gives no answer to what was asked with a cookie. Fetch standard, CORS
    for (const { headers } of ways) {
      assert.equal(headers['access-control-allow-origin'], '*')
      assert.equal(headers['access-control-allow-credentials'], undefined)
    }
  }
})

test('a cookie whose session is over is as none, but asks for no dialog', async (t) => {
  const { call, own, origin, signIn, clock } = await startSessionWorld(t)
  const { cookie } = await signIn()
  clock.advance(3_600_000)
  for (const [method, headers] of [
    ['GET', { Cookie: cookie }],
    ['PUT', { ...own(cookie), ...LIST_TYPE }],
    // Nothing to be abused any more: the same for whoever sends it.
    ['PUT', { Cookie: cookie, ...LIST_TYPE }],
  ] as const) {
    const reply = await call(method, LIST, { headers })
    assert.equal(reply.status, 401)
    assert.match(reply.headers['www-authenticate']!, /^Visage-Session realm="example.com", nonce=/)
  }
  // It may be gone altogether: by its age, or because another tab has signed out.
  const gone = await call('GET', LIST, { headers: { 'Sec-Fetch-Site': 'same-origin' } })
  assert.match(gone.headers['www-authenticate']!, /^Visage-Session realm="example.com", nonce=/)
  // Over plain http browsers say neither Sec-Fetch-Site nor the Origin of what they read.
  const plain = await call('GET', LIST, { headers: { Referer: `${origin}/` } })
  assert.match(plain.headers['www-authenticate']!, /^Visage-Session realm="example.com", nonce=/)
  for (const Referer of ['https://elsewhere.example/', `${origin}0/`, 'nonsense']) {
    const elsewhere = await call('GET', LIST, { headers: { Referer } })
    assert.match(elsewhere.headers['www-authenticate']!, /^Digest /, Referer)
  }
  const none = await call('GET', LIST, { headers: { Cookie: 'theme=dark' } })
  assert.match(none.headers['www-authenticate']!, /^Digest /)
})

test('RFC 7578: the page sends an icon as a form with the cookie', async (t) => {
  const { call, own, origin, signIn, store } = await startSessionWorld(t)
  const { cookie } = await signIn()
  const data = new FormData()
  data.append('icon', new Blob([await picture()], { type: 'image/png' }), 'face.png')
  const encoded = new Response(data)
  const type = { 'Content-Type': encoded.headers.get('content-type')! }
  const body = Buffer.from(await encoded.arrayBuffer())
  const send = (headers: Record<string, string>) =>
    call('POST', '/icons/alice@example.com', { headers: { ...headers, ...type }, body })
  for (const site of [
    {},
    { Origin: 'https://evil.example' },
    { Origin: origin, 'Sec-Fetch-Site': 'same-site' },
  ]) {
    assert.equal((await send({ Cookie: cookie, ...site })).status, 403)
  }
  assert.equal(await store.documents.currentIcon(ALICE), undefined)
  assert.equal((await send(own(cookie))).status, 201)
  assert.ok(await store.documents.currentIcon(ALICE))
  // Behind a proxy that writes another Host, the browser knows better.
  const behind = { ...own(cookie), Origin: 'https://face.example' }
  assert.equal((await send(behind)).status, 201)
})

for (const access of ['authenticated', 'rules'] as const) {
  test(`icons.access ${access}: an image of the page is shown by the cookie`, async (t) => {
    const { call, own, signIn, store } = await startSessionWorld(t, {
      icons: { access, byAddress: 'authenticated' },
    })
    const [alice, bob, carol] = [
      await signIn(),
      await signIn('bob@example.com'),
      await signIn('carol@other.example'),
    ]
    const target = '/xcap-root/oma_status-icon/users/sip:alice@example.com/face.png'
    const put = await call('PUT', target, {
      headers: { ...own(alice.cookie), 'Content-Type': 'image/png' },
      body: await picture(),
    })
    assert.equal(put.status, 201, put.text)
    const icon = await store.documents.currentIcon(ALICE)
    const image = {
      'Sec-Fetch-Mode': 'no-cors',
      'Sec-Fetch-Dest': 'image',
      'Sec-Fetch-Site': 'same-origin',
    }
    for (const url of [`/i/${icon!.token}.png`, target, '/icons/alice@example.com?s=32']) {
      const get = (cookie?: string) =>
        call('GET', url, { headers: { ...image, ...(cookie && { Cookie: cookie }) } })
      assert.equal((await get(bob.cookie)).status, 200, url)
      assert.equal((await get()).status, 401, url)
      // The domain's policy: who is of another must be let in first.
      const stranger = access === 'rules' && !url.startsWith('/icons/') ? 403 : 200
      assert.equal((await get(carol.cookie)).status, stranger, url)
    }
  })
}

test('what a proxy asserts goes before the cookie', async (t) => {
  const { call, own, signIn } = await startSessionWorld(t, { assertedFrom: () => true })
  const { cookie } = await signIn()
  const headers = { ...own(cookie), 'X-3GPP-Asserted-Identity': '"sip:bob@example.com"' }
  assert.equal((await call('GET', LIST, { headers })).status, 403)
  assert.equal((await call('GET', LIST, { headers: own(cookie) })).status, 404)
})

test('reads that need no one’s word look nobody up', async (t) => {
  const { call, own, signIn, store } = await startSessionWorld(t)
  const { cookie } = await signIn()
  const target = '/xcap-root/oma_status-icon/users/sip:alice@example.com/face.png'
  await call('PUT', target, {
    headers: { ...own(cookie), 'Content-Type': 'image/png' },
    body: await picture(),
  })
  t.mock.method(store.sessions, 'find', () => assert.fail('looked up'))
  assert.equal((await call('GET', target, { headers: { Cookie: cookie } })).status, 200)
  const unsigned = await call('GET', LIST)
  assert.equal(unsigned.status, 401)
})

test('the address that the service is known as is its own, whatever proxies make of Host', async (t) => {
  const { call, signIn } = await startSessionWorld(t, {
    publicUrl: 'https://face.example.com',
  })
  const { cookie } = await signIn()
  const prolong = (headers: Record<string, string>) =>
    call('POST', '/session', { headers: { Cookie: cookie, ...headers } })
  assert.equal((await prolong({ Origin: 'https://face.example.com' })).status, 200)
  assert.equal((await prolong({ Origin: 'https://other.example.com' })).status, 403)
})

test('RFC 6454 §6.2: a port that goes without saying is the same origin, though a proxy says it', async (t) => {
  const { call, post } = await startSessionWorld(t, { trustProxy: () => true })
  const proxied = (host: string) => ({
    'X-Forwarded-For': '192.0.2.7',
    'X-Forwarded-Proto': 'https',
    'X-Forwarded-Host': host,
    Origin: 'https://face.example.com',
  })
  const content = { address: 'alice@example.com', password: PASSWORD }
  const cookie = cookieOf(await post(content, proxied('face.example.com')))
  const prolong = async (host: string) =>
    (await call('POST', '/session', { headers: { ...proxied(host), Cookie: cookie } })).status
  assert.equal(await prolong('Face.example.com:443'), 200)
  assert.equal(await prolong('face.example.com:80'), 403)
  assert.equal(await prolong('%'), 403)
})
