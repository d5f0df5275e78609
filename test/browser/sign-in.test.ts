/** Signing in and out at the page: what is refused, what is remembered, what is revoked. */
import assert from 'node:assert/strict'
import { createPresenceClient, PresenceError } from '../../client/index.ts'
import { sipTransportTo } from '../../client/node/sip-transports.ts'
import { PASSWORD, run } from '../support/visage-process.ts'
import { person, type Person } from './person.ts'
import { setStage } from './stage.ts'

const stage = setStage({ users: ['alice', 'bob', 'carol'] })
const { test } = stage

const COOKIE = 'visage-session'

interface Session {
  readonly sip: { readonly username: string; readonly password: string }
}

/** Signs in, and gives what the service has handed to the page. */
async function signedIn(somebody: Person, options: { remember?: boolean } = {}) {
  await somebody.signIn(options)
  await somebody.arrived()
  const session = await somebody.page.evaluate(
    async () => (await (await fetch('/session')).json()) as Session,
  )
  const cookie = (await somebody.context.cookies()).find(({ name }) => name === COOKIE)
  assert.ok(cookie, 'a cookie stands for the session')
  return { session, cookie }
}

/** Undefined: the service takes a PUBLISH with these credentials. */
async function sipRefusal(user: string, { username, password }: Session['sip']) {
  const transport = { transport: 'tcp', host: '127.0.0.1', port: stage.visage.sipPort } as const
  const account = `${user}@localhost`
  const transports = sipTransportTo(transport)
  const client = createPresenceClient({ account, username, password, transport: transports })
  try {
    await client.publish({})
    return undefined
  } catch (error) {
    assert.ok(error instanceof PresenceError)
    return error.status
  } finally {
    await client.close()
  }
}

/** The status of a private document for whoever has this cookie. */
async function homeStatus(user: string, cookie: string): Promise<number> {
  const home = `${stage.visage.xcapRoot}/org.openmobilealliance.xcap-directory/users/sip:${user}@localhost/directory.xml`
  const answer = await fetch(home, { headers: { Cookie: `${COOKIE}=${cookie}` } })
  return answer.status
}

test('a wrong password, and an account that nobody has, are refused in the same words, and the focus is where it can be mended', async (t) => {
  const alice = await person(t, stage, 'alice')
  await alice.signIn({ password: 'wrong' })
  const refused = alice.page.getByRole('alert').getByText('do not fit together')
  await refused.waitFor()
  const words = await refused.textContent()
  await alice.page.locator('input[type=password]:focus').waitFor()

  const nobody = await person(t, stage, 'nobody')
  await nobody.signIn()
  const unknown = nobody.page.getByRole('alert').getByText('do not fit together')
  assert.equal(await unknown.textContent(), words)
})

test('an address that is none is refused in words before anything is sent', async (t) => {
  const { page } = await person(t, stage, 'alice')
  const posted: string[] = []
  page.on('request', (request) => {
    if (request.method() === 'POST') posted.push(request.url())
  })
  await page.goto(stage.origin)
  await page.getByLabel('SIP address').fill('alice at localhost')
  await page.getByLabel('Password').fill(PASSWORD)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('alert').getByText('Write your address like').waitFor()
  assert.deepEqual(posted, [])
})

test('the password is neither sent nor kept, and the cookie is not for scripts', async (t) => {
  const alice = await person(t, stage, 'alice')
  const sent: string[] = []
  alice.page.on('request', (request) => {
    sent.push(JSON.stringify(request.headers()) + (request.postData() ?? ''))
  })
  alice.page.on('websocket', (socket) => {
    socket.on('framesent', ({ payload }) => sent.push(String(payload)))
  })
  const { cookie } = await signedIn(alice, { remember: true })
  const kept = await alice.page.evaluate(() =>
    JSON.stringify([localStorage, sessionStorage, document.cookie]),
  )
  assert.ok(sent.length > 5)
  assert.deepEqual(
    sent.filter((text) => text.includes(PASSWORD)),
    [],
  )
  assert.doesNotMatch(kept, new RegExp(PASSWORD))
  assert.doesNotMatch(kept, new RegExp(cookie.value))
  assert.equal(cookie.httpOnly, true)
  assert.equal(cookie.sameSite, 'Strict')
})

test('a page that is loaded again is still signed in', async (t) => {
  const alice = await person(t, stage, 'alice')
  const { cookie } = await signedIn(alice)
  assert.equal(cookie.expires, -1, 'it goes when the browser is closed')
  await alice.page.reload()
  await alice.arrived()
})

test('who wants to be remembered is signed in after the browser was closed, too', async (t) => {
  const before = await person(t, stage, 'alice')
  const { cookie } = await signedIn(before, { remember: true })
  assert.ok(cookie.expires > Date.now() / 1000 + 24 * 3600)
  const storageState = await before.context.storageState()
  await before.context.close()
  const after = await person(t, stage, 'alice', { storageState })
  await after.page.goto(stage.origin)
  await after.arrived()
})

test('signing out ends the cookie and the SIP password at once', async (t) => {
  const bob = await person(t, stage, 'bob')
  const { session, cookie } = await signedIn(bob)
  assert.equal(await homeStatus('bob', cookie.value), 200)
  assert.equal(await sipRefusal('bob', session.sip), undefined)

  await bob.page.getByRole('button', { name: 'Sign out' }).click()
  await bob.page.getByRole('heading', { name: 'Sign in' }).waitFor()
  assert.equal(await homeStatus('bob', cookie.value), 401)
  assert.equal(await sipRefusal('bob', session.sip), 401)
  assert.deepEqual(await bob.context.cookies(), [])

  await bob.page.reload()
  await bob.page.getByRole('heading', { name: 'Sign in' }).waitFor()
})

test('a session that has ended leads to the form, with the reason and the address filled in', async (t) => {
  const carol = await person(t, stage, 'carol')
  await signedIn(carol)
  carol.record.expect(/status of 401/)
  const flags = ['--password-stdin', '--data', stage.visage.data]
  await run('visage', ['user', 'passwd', 'carol@localhost', ...flags], { input: `${PASSWORD}\n` })
  // Whatever she does next shows that it is over.
  await carol.setStatus('Busy')
  const { page } = carol
  await page.getByText('Your session has ended').waitFor()
  assert.equal(await page.getByLabel('SIP address').inputValue(), 'carol@localhost')
  await page.getByLabel('Password').fill(PASSWORD)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await carol.arrived()
})
