/** Signing in on the page: the password never leaves it, and what goes wrong is said in words. */
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { createSessionService, type SessionService } from '../../web/session/session-service.ts'
import { readSession } from '../../web/session/session.ts'
import { SignInFailure } from '../../web/session/sign-in-failure.ts'

const PAGE = 'https://visage.example/'
const NOW = Date.parse('2026-01-01T00:00:00Z')
const ANSWER = {
  address: 'sip:alice@example.com',
  name: 'Alice',
  expires: '2026-01-01T01:00:00Z',
  remembered: false,
  xcapRoot: '/xcap-root',
  webSocket: '/ws',
  icons: '/icons/alice@example.com',
  sip: { username: 'alice', password: 'x'.repeat(32) },
}
const SIGN_IN = { address: ' alice@example.com ', password: 'secret', remember: true }

interface Sent {
  readonly method: string
  readonly url: string
  readonly body: string
  readonly credentials: RequestCredentials | undefined
  readonly authorization: string | null
}

/** A service that answers with these, one after the other. */
function serviceAnswering(...answers: (() => Response)[]): {
  service: SessionService
  sent: Sent[]
} {
  const sent: Sent[] = []
  const fetch: typeof globalThis.fetch = (input, init = {}) => {
    const { method = '', body, credentials, headers } = init
    sent.push({
      method,
      url: String(input instanceof Request ? input.url : input),
      body: body instanceof Uint8Array ? new TextDecoder().decode(body) : '',
      credentials,
      authorization: new Headers(headers).get('Authorization'),
    })
    const answer = answers[sent.length - 1]
    return answer ? Promise.resolve(answer()) : Promise.reject(new TypeError('fetch failed'))
  }
  return { service: createSessionService({ page: PAGE, fetch, now: () => NOW }), sent }
}

const session = (extra = {}, headers = {}) =>
  new Response(JSON.stringify({ ...ANSWER, ...extra }), { status: 200, headers })
const challenge = (scheme: string) => () =>
  new Response('{"error":"no"}', {
    status: 401,
    headers: { 'WWW-Authenticate': `${scheme} realm="example.com", nonce="n1", qop="auth"` },
  })
const status = (code: number) => () => new Response(null, { status: code })

const md5 = (text: string) => createHash('md5').update(text).digest('hex')

for (const scheme of ['Visage-Session', 'Digest'])
  test(`RFC 7616 §3.4: the page answers a challenge that is called ${scheme}, and sends no password`, async () => {
    const { service, sent } = serviceAnswering(challenge(scheme), () => session())
    assert.equal((await service.signIn(SIGN_IN)).address, 'sip:alice@example.com')
    const [asked, answered] = sent
    assert.equal(asked?.credentials, 'omit')
    assert.equal(answered?.credentials, 'same-origin')
    assert.ok(sent.every(({ url, method }) => url === `${PAGE}session` && method === 'POST'))
    assert.deepEqual(JSON.parse(answered.body), {
      address: 'sip:alice@example.com',
      remember: true,
    })
    const parameter = (name: string) =>
      new RegExp(`\\b${name}="?([^",]*)`).exec(answered.authorization ?? '')?.[1] ?? ''
    const ha1 = md5('alice:example.com:secret')
    const proof = `n1:${parameter('nc')}:${parameter('cnonce')}:auth:${md5('POST:/session')}`
    assert.equal(parameter('response'), md5(`${ha1}:${proof}`))
    assert.ok(!JSON.stringify(sent).includes('secret'))
  })

test('the answer is read with URLs of this origin, and its end by the clock of the browser', async () => {
  const headers = { Date: 'Thu, 01 Jan 2026 00:30:00 GMT' }
  const { service } = serviceAnswering(() => session({}, headers))
  assert.deepEqual(await service.restore(), {
    address: 'sip:alice@example.com',
    name: 'Alice',
    // The server's clock is half an hour ahead: half an hour is left.
    expires: NOW + 1_800_000,
    remembered: false,
    xcapRoot: `${PAGE}xcap-root`,
    webSocket: 'wss://visage.example/ws',
    icons: `${PAGE}icons/alice@example.com`,
    sip: ANSWER.sip,
  })
})

test('an answer that is no session is none', () => {
  const read = (answer: unknown) => readSession(answer, { page: PAGE, now: NOW })
  assert.equal(read(undefined), undefined)
  assert.equal(read('session'), undefined)
  for (const missing of ['address', 'expires', 'xcapRoot', 'webSocket', 'icons', 'sip'])
    assert.equal(read({ ...ANSWER, [missing]: undefined }), undefined, missing)
  assert.equal(read({ ...ANSWER, expires: 'soon' }), undefined)
  assert.equal(read({ ...ANSWER, sip: { username: 'alice' } }), undefined)
})

test('reload, prolong and sign out go by the cookie', async () => {
  const { service, sent } = serviceAnswering(status(204), status(401), () => session(), status(204))
  assert.equal(await service.restore(), undefined)
  assert.equal(await service.prolong(), undefined)
  assert.equal((await service.prolong())?.remembered, false)
  await service.end()
  assert.deepEqual(
    sent.map(({ method, credentials }) => `${method} ${credentials ?? ''}`),
    ['GET same-origin', 'POST same-origin', 'POST same-origin', 'DELETE same-origin'],
  )
})

test('when the service does not answer, nobody is told that the session is over', async () => {
  const { service } = serviceAnswering(status(503))
  await assert.rejects(service.restore(), SignInFailure)
  await assert.rejects(service.prolong())
})

const FAILURES: readonly [
  what: string,
  wanted: object,
  answers: (() => Response)[],
  RegExp,
  string?,
][] = [
  ['a wrong password', {}, [challenge('Digest'), challenge('Digest')], /do not fit/, 'password'],
  ['no answer', {}, [], /does not answer/],
  ['no address', { address: 'Alice Liddell' }, [], /like alice@example\.com/, 'address'],
  ['a name without domain', { address: 'alice' }, [], /like alice@example\.com/, 'address'],
  ['no password', { password: '' }, [], /Type your password/, 'password'],
  ['a busy server', {}, [challenge('Digest'), status(503)], /busy/],
  ['something unheard of', {}, [status(418)], /error 418/],
  ['an answer of something else', {}, [() => new Response('<html>', { status: 200 })], /error 200/],
]

for (const [what, wanted, answers, words, field] of FAILURES)
  test(`signing in: ${what} is said in words`, async () => {
    const { service } = serviceAnswering(...answers)
    await assert.rejects(service.signIn({ ...SIGN_IN, ...wanted }), (error: unknown) => {
      assert.ok(error instanceof SignInFailure)
      assert.match(error.message, words)
      assert.equal(error.field, field)
      return true
    })
  })
