/** Watchers and phones that come to another member of the service: their dialogs go on there, and everybody knows of them. RFC 6665 §4.4.1. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pidf, type Phone } from './phone.ts'
import { startTwoMembers } from './two-members.ts'

const ALICE = 'sip:alice@example.com'
const OPEN = pidf(ALICE, 'open')
const CLOSED = pidf(ALICE, 'closed')
const RULED = { domains: [{ defaultPolicy: 'confirm' as const }] }

type Dialog = Awaited<ReturnType<Phone['subscribe']>>

/** The same watcher's next SUBSCRIBE, sent to where `phone` sends. */
function goOn(phone: Phone, dialog: Dialog, cseq: number) {
  return phone.request('SUBSCRIBE', {
    ...{ uri: ALICE, to: ALICE, callId: dialog.callId, fromTag: dialog.fromTag, cseq },
    ...{ toTag: dialog.toTag, headers: ['Event: presence', 'Expires: 600'] },
  })
}

function cseqOf(notify: Awaited<ReturnType<Phone['notify']>>): number {
  return Number.parseInt(notify.header('cseq') ?? '')
}

test('RFC 3261 §12.2.2: a watcher that comes to another member goes on in its dialog, above all numbers used', async (t) => {
  const { a, b } = await startTwoMembers(t)
  const [alice, here, there] = [await a.phone('alice'), await a.phone('bob'), await b.phone('bob')]
  const dialog = await here.subscribe(ALICE)
  const first = await here.notify()
  assert.equal((await goOn(there, dialog, 100)).status, 200)
  const next = await there.notify()
  assert.ok(cseqOf(next) > cseqOf(first) + 900, 'above the reserved numbers')
  assert.match(next.header('to') ?? '', new RegExp(dialog.fromTag))
  assert.match(next.header('contact') ?? '', new RegExp(`:${b.ports.UDP}`), 'this member’s own')
  await alice.publish(OPEN)
  assert.match((await there.notify()).body, /open/)
  await assert.rejects(here.notify(), 'the first member says nothing more')
})

test('a watcher that returns is taken back, and hears everything once', async (t) => {
  const { a, b } = await startTwoMembers(t)
  const [alice, here, there] = [await a.phone('alice'), await a.phone('bob'), await b.phone('bob')]
  const dialog = await here.subscribe(ALICE)
  await here.notify()
  await goOn(there, dialog, 100)
  await there.notify()
  assert.equal((await goOn(here, dialog, 200)).status, 200)
  assert.match((await here.notify()).body, /closed/)
  await alice.publish(OPEN)
  assert.match((await here.notify()).body, /open/)
  await assert.rejects(there.notify())
})

test('RFC 6665 §4.2.1.4: a dialog that no member knows gets 481', async (t) => {
  const { a, b } = await startTwoMembers(t)
  const [here, there] = [await a.phone('bob'), await b.phone('bob')]
  const dialog = await here.subscribe(ALICE)
  await here.notify()
  assert.equal((await goOn(there, { ...dialog, toTag: 'nobodys' }, 100)).status, 481)
  assert.equal((await goOn(there, { ...dialog, callId: 'another' }, 101)).status, 481)
})

test('RFC 3857 §4.7: watchers of every member are among watcher info, as they come and go', async (t) => {
  const { a, b } = await startTwoMembers(t)
  const [alice, bob, carol] = [await a.phone('alice'), await b.phone('bob'), await b.phone('carol')]
  const bobs = await bob.subscribe(ALICE)
  await bob.notify()
  await alice.subscribe(ALICE, ['Expires: 600'], 'presence.winfo')
  const full = (await alice.notify()).body
  assert.match(full, /state="full"/)
  assert.match(full, /status="active"[^>]*>sip:bob@|sip:bob@example.com/)
  await carol.subscribe(ALICE)
  await carol.notify()
  assert.match((await alice.notify()).body, /sip:carol@example\.com/)
  await bob.refresh(bobs, 0)
  await bob.notify()
  const ended = (await alice.notify()).body
  assert.match(ended, /sip:bob@example\.com/)
  assert.match(ended, /terminated/)
})

test('a fetch of watcher info tells of watchers elsewhere', async (t) => {
  const { a, b } = await startTwoMembers(t)
  const [alice, bob] = [await a.phone('alice'), await b.phone('bob')]
  await bob.subscribe(ALICE)
  await bob.notify()
  await alice.subscribe(ALICE, ['Expires: 0'], 'presence.winfo')
  assert.match((await alice.notify()).body, /sip:bob@example\.com/)
})

test('RFC 3857 §4.7.1: who waits for an answer elsewhere is told as waiting', async (t) => {
  const { a, b } = await startTwoMembers(t, RULED)
  const [alice, bob] = [await a.phone('alice'), await b.phone('bob')]
  const dialog = await bob.subscribe(ALICE)
  await bob.notify()
  await alice.subscribe(ALICE, ['Expires: 600'], 'presence.winfo')
  assert.match((await alice.notify()).body, /status="pending"/)
  await bob.refresh(dialog, 0)
  await bob.notify()
  assert.match((await alice.notify()).body, /status="waiting"/)
  await bob.subscribe(ALICE)
  await bob.notify()
  const back = (await alice.notify()).body
  assert.match(back, /status="pending"/)
})

test('RFC 3261 §10.3: contacts that were registered through another member are listed, and removed', async (t) => {
  const { a, b } = await startTwoMembers(t)
  const [here, there] = [await a.phone('alice'), await b.phone('alice')]
  const register = (phone: Phone, contact: string, expires = 600) =>
    phone.request('REGISTER', {
      ...{ uri: 'sip:example.com', to: ALICE, contact: `<${contact}>` },
      headers: [`Expires: ${expires}`],
    })
  await register(here, 'sip:alice@192.0.2.1')
  const second = await register(there, 'sip:alice@192.0.2.2')
  assert.equal(second.headers('contact').length, 2)
  const third = await register(there, 'sip:alice@192.0.2.1', 0)
  assert.equal(third.headers('contact').length, 1)
  const last = await register(here, 'sip:alice@192.0.2.3')
  assert.doesNotMatch(last.headers('contact').join(), /192\.0\.2\.1/)
})

test('presence that comes from registration is told on every member', async (t) => {
  const { a, b, clock } = await startTwoMembers(t, {
    agent: {
      presence: {
        ...{ minExpires: 60, maxExpires: 7200, throttle: 0, iconWithStatusIcon: true },
        fromRegistration: 'registrar',
      },
    },
  })
  const [alice, bob] = [await a.phone('alice'), await b.phone('bob')]
  await bob.subscribe(ALICE)
  assert.match((await bob.notify()).body, /closed/)
  await alice.request('REGISTER', {
    ...{ uri: 'sip:example.com', to: ALICE, headers: ['Expires: 60'] },
  })
  assert.match((await bob.notify()).body, /open/)
  await b.advance(0)
  clock.advance(62_000)
  assert.match((await bob.notify()).body, /closed/)
})

test('a member that comes back goes on with what it held, and hears of the others', async (t) => {
  const { a, b } = await startTwoMembers(t)
  const [alice, bob] = [await a.phone('alice'), await b.phone('bob')]
  await bob.subscribe(ALICE)
  await bob.notify()
  await alice.publish(OPEN)
  await bob.notify()
  await b.restart()
  await alice.publish(CLOSED)
  const told = await bob.notify()
  assert.match(told.body, /<basic>/)
})
