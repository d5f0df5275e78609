/** Group B against Prosody: a selection of the mapping tables through the real thing, and what must not pass. RFC 8048 §6. */
import assert from 'node:assert/strict'
import { after, before } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { befriend } from './friends.ts'
import { areInstalled, PROSODY, testsWith } from './programs.ts'
import { presenceDocument, type SipUser } from './sip-user.ts'
import type { SipWatcher } from './sip-watcher.ts'
import { isPresenceOf, showOf, statusOf } from './stanza-words.ts'
import { startWorld, type World } from './world.ts'
import type { Received, XmppClient } from './xmpp-client.ts'

const proves = testsWith(PROSODY)
let world: World
let alice: SipUser
let bob: XmppClient
let watcher: SipWatcher

before(async () => {
  if (!areInstalled(PROSODY)) return
  world = await startWorld({ users: ['alice', 'eve'], people: ['bob'] })
  alice = world.user('alice')
  bob = await world.logIn('bob/desk')
  await befriend(bob, alice)
  watcher = await alice.watch('sip:bob@xmpp.localhost')
  await watcher.next(({ body }) => body.includes('<basic>open'), 'open')
})

after(async () => {
  if (areInstalled(PROSODY)) await world.end()
})

proves('B3: activities of SIP are a show in XMPP, closed is unavailable', async () => {
  const rows = [
    [['on-the-phone'], 'dnd'],
    [['lunch'], 'away'],
    [['vacation'], 'xa'],
    [['steering'], undefined],
  ] as const
  for (const [activities, show] of rows) {
    const from = bob.received.length
    const note = `now ${activities.join()}`
    await alice.publish(presenceDocument(alice.aor, 'open', { activities, note }))
    const told = await bob.next((stanza) => statusOf(stanza) === note, note, { from })
    assert.equal(showOf(told), show, note)
  }
  const from = bob.received.length
  await alice.publish(presenceDocument(alice.aor, 'closed'))
  await bob.next(isPresenceOf(alice.jid, 'unavailable'), 'unavailable', { from })
})

proves('B1, B2: a show of XMPP is an activity in SIP, and itself in the document', async () => {
  const rows = [
    ['away', /<rpid:away/],
    ['xa', /<rpid:away/],
    ['dnd', /<rpid:busy/],
  ] as const
  for (const [show, activity] of rows) {
    const from = watcher.notifies.length
    await bob.presence({ show, status: `I am ${show}`, priority: 127 })
    const told = await watcher.next(({ body }) => body.includes(`I am ${show}`), show, { from })
    assert.match(told.body, activity)
    assert.match(told.body, new RegExp(`show[^>]*>${show}<`))
    assert.match(told.body, /<contact[^>]* priority="1(\.0+)?"/)
  }
})

proves('B2: each resource is a tuple of its own, and goes with it', async () => {
  await bob.presence()
  let from = watcher.notifies.length
  const phone = await world.logIn('bob/phone', { presence: { status: 'on the way' } })
  const both = await watcher.next(({ body }) => body.includes('on the way'), 'the second', { from })
  assert.equal(both.body.match(/<basic>open/g)?.length, 2)
  from = watcher.notifies.length
  await phone.logOut()
  const one = await watcher.next(({ body }) => !body.includes('on the way'), 'one', { from })
  assert.equal(one.body.match(/<basic>open/g)?.length, 1)
})

proves('B4: of a burst the contact is shown the first and the last', async () => {
  const from = bob.received.length
  for (let step = 0; step <= 20; step++) {
    await alice.publish(presenceDocument(alice.aor, 'open', { note: `step ${step}` }))
  }
  await bob.next((stanza) => statusOf(stanza) === 'step 20', 'the last', { from })
  const told = bob.received.slice(from).filter(isPresenceOf(alice.jid))
  assert.ok(told.length <= 6, `${told.length} presences for 21 publications`)
})

proves(
  'B5: presence directed at somebody who is not subscribed to him is published to nobody',
  async () => {
    const eve = world.user('eve')
    const seen = watcher.notifies.length
    await bob.presence({ to: eve.jid, show: 'xa', status: 'for eve alone' })
    await bob.presence({ to: eve.jid, type: 'unavailable' })
    const from = watcher.notifies.length
    await bob.presence({ status: 'for everybody' })
    await watcher.next(({ body }) => body.includes('for everybody'), 'the broadcast', { from })
    const bodies = watcher.notifies.slice(seen).map(({ body }) => body)
    assert.equal(
      bodies.some((body) => body.includes('for eve alone')),
      false,
    )
  },
)

proves('B6: a contact whose connection breaks is closed for SIP, by one NOTIFY', async () => {
  const phone = await world.logIn('bob/phone', { presence: { status: 'on the way' } })
  await watcher.next(({ body }) => body.includes('on the way'), 'the second')
  await bob.logOut()
  await watcher.next(({ body }) => body.match(/<basic>open/g)?.length === 1, 'one')
  const from = watcher.notifies.length
  await phone.abort()
  await watcher.next(({ body }) => !body.includes('<basic>open'), 'closed', { from })
  // Nothing more may follow it.
  await setTimeout(1_000)
  assert.equal(watcher.notifies.length, from + 1)
  bob = await world.logIn('bob/desk')
})

proves(
  'RFC 6121 §4.5: presence of a SIP user who was never there is unavailable, and no error',
  async () => {
    const eve = world.user('eve')
    await befriend(bob, eve)
    const told = bob.received.filter(({ from }: Received) => from.startsWith(eve.jid))
    assert.equal(
      told.some(({ type }) => type === 'error'),
      false,
    )
    assert.equal(told.some(isPresenceOf(eve.jid)), false)
  },
)
