/*
 * A browser signs in once, uses everything with what it was given, and signs out. The server is killed in between.
 *
 *  the page                          visage
 *     |--- POST /session (password) --->|
 *     |<-- cookie, password for SIP ----|
 *     |--- PUT resource-lists (cookie) ->|
 *     |=== REGISTER, PUBLISH, SUBSCRIBE over WebSocket (password for SIP) ===|
 *     |                             kill -9, start
 *     |--- POST /session (cookie) ------>|  the same password
 *     |=== PUBLISH, SUBSCRIBE, refresh ==|
 *     |--- DELETE /session ------------->|
 *     |=== PUBLISH ==> 401 ==============|  subscriptions that stand go on until they expire
 */
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { after, before, test } from 'node:test'
import { createPhone, pidf, type Phone } from '../presence/phone.ts'
import { openSipClient } from '../support/sip-client.ts'
import { PASSWORD, run, startVisage, type VisageProcess } from '../support/visage-process.ts'

const ALICE = 'sip:alice@localhost'
const LIST = '/xcap-root/resource-lists/users/sip:alice@localhost/index'
const list = (name: string) =>
  `<?xml version="1.0"?><resource-lists xmlns="urn:ietf:params:xml:ns:resource-lists"><list name="${name}"/></resource-lists>`

interface Session {
  readonly address: string
  readonly webSocket: string
  readonly sip: { readonly username: string; readonly password: string }
}

let visage: VisageProcess
const phones: Phone[] = []

before(async () => {
  visage = await startVisage({ users: ['alice@localhost', 'bob@localhost'] })
})

after(async () => {
  await Promise.all(phones.map(({ client }) => client.close()))
  await visage.end()
})

/** As the page does. */
async function ask(
  method: string,
  path: string,
  {
    cookie,
    body,
    type = 'application/json',
  }: { cookie?: string; body?: string; type?: string } = {},
) {
  const origin = `http://127.0.0.1:${visage.httpPort}`
  const headers = {
    Origin: origin,
    ...(cookie !== undefined && { Cookie: cookie }),
    ...(body !== undefined && { 'Content-Type': type }),
  }
  return fetch(origin + path, { method, headers, ...(body !== undefined && { body }) })
}

async function signIn(user: string, password = PASSWORD) {
  const address = `${user}@localhost`
  const reply = await ask('POST', '/session', { body: JSON.stringify({ address, password }) })
  const [cookie = ''] = (reply.headers.get('set-cookie') ?? '').split(';')
  return { status: reply.status, cookie, session: (await reply.json()) as Session }
}

async function phone({ sip }: Session, user = 'alice'): Promise<Phone> {
  const client = await openSipClient(visage.httpPort, 'WS')
  const made = createPhone(client, user, 'localhost', sip.password)
  phones.push(made)
  return made
}

test('a browser’s session opens contacts and SIP, survives kill -9, and ends when it is ended', async () => {
  const { cookie, session } = await signIn('alice')
  assert.equal(session.address, ALICE)
  const stored = await ask('PUT', LIST, {
    ...{ cookie, body: list('friends'), type: 'application/resource-lists+xml' },
  })
  assert.equal(stored.status, 201)

  const page = await phone(session)
  const registered = await page.request('REGISTER', { uri: 'sip:localhost', to: ALICE })
  assert.equal(registered.status, 200)
  const published = await page.publish(pidf(ALICE, 'open'))
  assert.equal(published.status, 200)
  const dialog = await page.subscribe(ALICE)
  assert.equal(dialog.response.status, 200)
  assert.match((await page.notify()).body, /<basic>open</)

  await page.client.close()
  await visage.restart('SIGKILL')
  const again = await ask('POST', '/session', { cookie })
  assert.equal(again.status, 200)
  assert.deepEqual(((await again.json()) as Session).sip, session.sip)
  assert.equal((await ask('GET', LIST, { cookie })).status, 200)
  const back = await phone(session)
  const refreshed = await back.publish(undefined, [
    `SIP-If-Match: ${published.header('sip-etag') ?? ''}`,
  ])
  assert.equal(refreshed.status, 200)
  const watching = await back.subscribe(ALICE)
  await back.notify()

  // A nonce that has been used with the password, and would be good for more.
  const challenge = (
    await back.request('PUBLISH', { uri: ALICE, headers: ['Event: presence'], anonymous: true })
  ).header('www-authenticate')
  assert.equal((await ask('DELETE', '/session', { cookie })).status, 204)
  const credentials = back.authorization(challenge ?? '', 'PUBLISH', ALICE)
  const refused = await back.request('PUBLISH', {
    ...{ uri: ALICE, headers: ['Event: presence', credentials], anonymous: true },
  })
  assert.equal(refused.status, 401)
  assert.equal((await back.publish(pidf(ALICE, 'closed'))).status, 401)
  assert.equal((await back.refresh(watching, 600)).status, 401)
  assert.equal((await ask('GET', LIST, { cookie })).status, 401)
  assert.equal((await ask('GET', '/session', { cookie })).status, 204)

  const own = await openSipClient(visage.sipPort, 'UDP')
  const desk = createPhone(own, 'alice', 'localhost', PASSWORD)
  phones.push(desk)
  assert.equal((await desk.publish(pidf(ALICE, 'open', '<note>desk</note>'))).status, 200)
  assert.match((await back.notify()).body, /desk/, 'what stands is told of until it expires')
})

test('the password of a session speaks for its own account alone, over every transport', async () => {
  const { session } = await signIn('alice')
  const asBob = await phone(session, 'bob')
  assert.equal((await asBob.publish(pidf('sip:bob@localhost', 'open'))).status, 401)
  const client = await openSipClient(visage.sipPort, 'UDP')
  const { username, password } = session.sip
  const byUdp = createPhone(client, username, 'localhost', password)
  phones.push(byUdp)
  assert.equal((await byUdp.publish(pidf(ALICE, 'open'))).status, 200)
})

test('two browsers of one person have passwords of their own, and one that signs out ends but its own', async () => {
  const [one, other] = [await signIn('bob'), await signIn('bob')]
  assert.notEqual(one.session.sip.password, other.session.sip.password)
  const [first, second] = [await phone(one.session, 'bob'), await phone(other.session, 'bob')]
  const publish = async (by: Phone) => (await by.publish(pidf(by.aor, 'open'))).status
  assert.deepEqual([await publish(first), await publish(second)], [200, 200])
  await ask('DELETE', '/session', { cookie: one.cookie })
  assert.deepEqual([await publish(first), await publish(second)], [401, 200])
})

test('visage user passwd signs the account out everywhere', async () => {
  const { cookie, session } = await signIn('bob')
  const changed = await run(
    'visage',
    ['user', 'passwd', 'bob@localhost', '--password-stdin', '--data', visage.data],
    {
      input: 'another-long-one\n',
    },
  )
  assert.equal(changed.code, 0, changed.stderr)
  assert.equal((await ask('GET', '/session', { cookie })).status, 204)
  const page = await phone(session, 'bob')
  assert.equal((await page.publish(pidf(page.aor, 'open'))).status, 401)
  assert.equal((await signIn('bob')).status, 401)
  assert.equal((await signIn('bob', 'another-long-one')).status, 200)
})

test('nothing that a stolen store holds signs anybody in', async () => {
  const { cookie, session } = await signIn('alice')
  const token = cookie.slice('visage-session='.length)
  const files = await readdir(visage.data, { recursive: true, withFileTypes: true })
  const contents = await Promise.all(
    files
      .filter((file) => file.isFile())
      .map((file) => readFile(`${file.parentPath}/${file.name}`)),
  )
  const holds = (text: string) => contents.some((bytes) => bytes.includes(text))
  assert.ok(holds(createHash('sha256').update(token).digest('hex')), 'the session is in it')
  for (const secret of [token, session.sip.password]) assert.ok(!holds(secret))
})
