/** Who is signed in on the page, from its loading to signing out. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createPageSession, type SessionDoors } from '../../web/session/page-session.ts'
import type { Session } from '../../web/session/session.ts'
import type { SessionService } from '../../web/session/session-service.ts'
import { createManualClock } from '../support/manual-clock.ts'
import { keptTexts } from './kept-texts.ts'

const HOUR = 3_600_000
const SIGN_IN = { address: 'alice@example.com', password: 'secret', remember: false }

function setUp() {
  const clock = createManualClock()
  const kept = keptTexts()
  const done: string[] = []
  /** What the service knows of the cookie. */
  const held: { session: Session | undefined; isDown: boolean } = {
    session: undefined,
    isDown: false,
  }
  const newSession = (remembered = false): Session => ({
    address: 'sip:alice@example.com',
    expires: clock.now() + HOUR,
    remembered,
    xcapRoot: '',
    webSocket: '',
    icons: '',
    sip: { username: 'alice', password: 'random' },
  })
  const answered = <T>(what: string, answer: () => T): Promise<T> => {
    done.push(what)
    return held.isDown ? Promise.reject(new Error('down')) : Promise.resolve(answer())
  }
  const service: SessionService = {
    signIn: ({ remember }) => answered('sign in', () => (held.session = newSession(remember))),
    restore: () => answered('restore', () => held.session),
    prolong: () =>
      answered('prolong', () => {
        const { address, remembered } = held.session ?? {}
        held.session &&= { ...newSession(remembered), ...(address && { address }) }
        return held.session
      }),
    end: () =>
      answered('end', () => {
        held.session = undefined
      }),
  }
  const opened: { doors: SessionDoors }[] = []
  const page = () =>
    createPageSession({
      service,
      clock,
      kept,
      open: (_session, doors) => {
        opened.push({ doors })
        done.push('open')
        return {
          close: () => {
            done.push('close')
            return Promise.resolve()
          },
        }
      },
    })
  return { clock, kept, held, service, done, opened, page, newSession }
}

/** Lets promises settle. */
const settled = () => new Promise((resolve) => setImmediate(resolve))

test('without a cookie the form is shown, with one the page, and no password is asked for', async () => {
  const { page, held, newSession } = setUp()
  const first = page()
  assert.equal(first.stage.value.name, 'starting')
  await first.start()
  assert.deepEqual(first.stage.value, { name: 'signed-out', address: '' })
  held.session = newSession()
  const second = page()
  await second.start()
  assert.equal(second.stage.value.name, 'signed-in')
})

test('when the service does not answer at the start, the form says so', async () => {
  const { page, held } = setUp()
  held.isDown = true
  const session = page()
  await session.start()
  const stage = session.stage.value
  assert.ok(stage.name === 'signed-out' && stage.reason?.includes('does not answer'))
})

test('the session is prolonged at half time, again and again', async () => {
  const { page, clock, done } = setUp()
  await page().signIn(SIGN_IN)
  clock.advance(HOUR / 2 - 1)
  assert.deepEqual(done, ['sign in', 'open'])
  for (let times = 0; times < 3; times++) {
    clock.advance(HOUR / 2)
    await settled()
  }
  assert.deepEqual(done.slice(2), ['prolong', 'prolong', 'prolong'])
})

test('a session that cannot be prolonged for want of an answer is tried again, and is not over', async () => {
  const { page, clock, held, done } = setUp()
  const session = page()
  await session.signIn(SIGN_IN)
  held.isDown = true
  clock.advance(HOUR / 2)
  await settled()
  held.isDown = false
  clock.advance(30_000)
  await settled()
  assert.equal(session.stage.value.name, 'signed-in')
  assert.deepEqual(done.slice(2), ['prolong', 'prolong'])
})

test('a session that is over leads to the form, with the address and the reason, once', async () => {
  const { page, held, opened, done } = setUp()
  const session = page()
  await session.signIn(SIGN_IN)
  held.session = undefined
  opened[0]?.doors.refused('http')
  opened[0]?.doors.refused('http')
  await settled()
  assert.deepEqual(session.stage.value, {
    name: 'signed-out',
    address: 'alice@example.com',
    reason: 'Your session has ended. Sign in again to go on.',
  })
  assert.equal(done.filter((what) => what === 'close').length, 1)
})

test('a refusal over HTTP ends nothing while the session stands; over SIP it does', async () => {
  const { page, opened } = setUp()
  const session = page()
  await session.signIn(SIGN_IN)
  opened[0]?.doors.refused('http')
  await settled()
  assert.equal(session.stage.value.name, 'signed-in')
  opened[0]?.doors.refused('sip')
  await settled()
  assert.equal(session.stage.value.name, 'signed-out')
})

test('signing out says farewell first, then ends the session, and asks no more', async () => {
  const { page, opened, done, clock } = setUp()
  const session = page()
  await session.signIn(SIGN_IN)
  await opened[0]?.doors.signOut()
  assert.deepEqual(done, ['sign in', 'open', 'close', 'end'])
  assert.deepEqual(session.stage.value, { name: 'signed-out', address: '' })
  clock.advance(2 * HOUR)
  assert.equal(done.length, 4)
})

test('who is remembered finds the address filled in; who is not, does not', async () => {
  const { page, opened } = setUp()
  const session = page()
  await session.signIn({ ...SIGN_IN, remember: true })
  await opened[0]?.doors.signOut()
  assert.deepEqual(session.stage.value, { name: 'signed-out', address: 'alice@example.com' })
  await session.signIn(SIGN_IN)
  await opened[1]?.doors.signOut()
  assert.deepEqual(session.stage.value, { name: 'signed-out', address: '' })
})

test('who signed out while the service was down stays signed out after a reload', async () => {
  const { page, opened, held, done } = setUp()
  const session = page()
  await session.signIn(SIGN_IN)
  held.isDown = true
  await opened[0]?.doors.signOut()
  const stage = session.stage.value
  assert.ok(stage.name === 'signed-out' && stage.reason?.includes('signed out here'))
  held.isDown = false
  done.length = 0
  const reloaded = page()
  await reloaded.start()
  assert.deepEqual(done, ['end', 'restore'])
  assert.equal(reloaded.stage.value.name, 'signed-out')
})

test('signing out in one tab signs out the others, which say farewell while the session stands', async () => {
  const { page, opened, done, kept } = setUp()
  const [one, other] = [page(), page()]
  await one.signIn(SIGN_IN)
  await other.start()
  done.length = 0
  // As the browser tells the other tab of what was kept.
  const { setItem } = kept
  kept.setItem = (key, value) => {
    setItem(key, value)
    other.followSignOut()
  }
  await opened[0]?.doors.signOut()
  assert.deepEqual(done, ['close', 'close', 'end'])
  assert.deepEqual(other.stage.value, {
    name: 'signed-out',
    address: '',
    reason: 'You signed out in another tab.',
  })
})

test('a tab that hears of the signing out too late asks for its session', async () => {
  const { page, held } = setUp()
  const session = page()
  await session.signIn(SIGN_IN)
  session.followSignOut()
  await settled()
  assert.equal(session.stage.value.name, 'signed-in')
  held.session = undefined
  session.followSignOut()
  await settled()
  assert.equal(session.stage.value.name, 'signed-out')
})

test('when another tab signed in somebody else, this one is over', async () => {
  const { page, held, newSession } = setUp()
  const session = page()
  await session.signIn(SIGN_IN)
  held.session = newSession()
  session.lookAgain()
  await settled()
  assert.equal(session.stage.value.name, 'signed-in')
  held.session = { ...newSession(), address: 'sip:bob@example.com' }
  session.lookAgain()
  await settled()
  assert.equal(session.stage.value.name, 'signed-out')
})
