/** The page's model: contacts over HTTP, presence over SIP, what happens when either fails. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { effect } from '@preact/signals'
import { HttpUnreachable, PresenceError } from '../../client/index.ts'
import { createKeptStatus } from '../../web/model/kept-status.ts'
import type { PageModel } from '../../web/model/page-model.ts'
import { UP } from './fake-presence.ts'
import { ALICE, BOB, CAROL, contact, setUp, settled } from './page-model-harness.ts'

const standing = ({ connection }: Pick<PageModel, 'connection'>) => connection.value.state

const names = (model: Awaited<ReturnType<typeof setUp>>['model']) =>
  model.groups.value?.map(({ name, buddies }) => [name, ...buddies.map((buddy) => buddy.name)])

const WATCHES_DOCUMENTS =
  'watch resource-lists/users/sip%3Aalice%40example.com/ pres-rules/users/sip%3Aalice%40example.com/ ' +
  'org.openmobilealliance.pres-rules/users/sip%3Aalice%40example.com/'

test('RFC 5875: what another program changes in my contacts is shown at once', async () => {
  const { model, presence, server } = await setUp()
  server.contacts = [contact(CAROL, { name: 'Carol' })]
  presence.tellDocument()
  await settled()
  assert.deepEqual(names(model), [['friends', 'Carol']])
  assert.deepEqual(presence.members(), [ALICE, CAROL])
})

test('contacts are drawn before anybody’s presence is known, and all are watched by one list, I among them', async () => {
  const { model, presence } = await setUp()
  assert.deepEqual(names(model), [['friends', 'Bob', 'carol@example.com']])
  assert.equal(model.presenceOf(BOB).value.subscription, 'unknown')
  assert.deepEqual(presence.members(), [ALICE, BOB, CAROL])
  assert.deepEqual(presence.calls, ['watchWatchers', WATCHES_DOCUMENTS])
})

test('one NOTIFY changes one signal, and a burst of 500 is drawn at once', async () => {
  const { model, presence, clock } = await setUp()
  let drawings = 0
  const others = Array.from({ length: 500 }, (_, n) => `sip:user${n}@example.com`)
  const stop = effect(() => {
    drawings++
    for (const address of others) assert.ok(model.presenceOf(address).value)
  })
  for (const presentity of others) presence.tell({ presentity, note: 'first' })
  for (const presentity of others) presence.tell({ presentity, note: 'second' })
  clock.advance(0)
  assert.equal(drawings, 2)
  assert.equal(model.presenceOf('sip:user7@example.com').value.note, 'second')
  // What is the same as before is drawn no second time.
  presence.tell({ presentity: 'sip:user7@example.com', note: 'second' })
  clock.advance(0)
  assert.equal(drawings, 2)
  stop()
})

for (const subscription of ['terminated', 'pending'] as const) {
  test(`RFC 5025 §3.2.1: who was let in before and is ${subscription} now shows no note and no picture`, async () => {
    const { model, presence, clock } = await setUp()
    const told = {
      presentity: BOB,
      note: 'On the balcony',
      icon: { url: 'https://example.com/i/1' },
    }
    presence.tell({ ...told, subscription: 'active' })
    clock.advance(0)
    assert.equal(model.presenceOf(BOB).value.note, 'On the balcony')
    presence.tell({ ...told, subscription, reason: 'rejected' })
    clock.advance(0)
    const { note, icon } = model.presenceOf(BOB).value
    assert.deepEqual([note, icon], [null, null])
  })
}

test('my own picture is the one that the server announces of me', async () => {
  const { model, presence, clock } = await setUp()
  assert.equal(model.me.icon.value, undefined)
  presence.tell({ presentity: ALICE, icon: { url: 'https://example.com/i/1.png' } })
  clock.advance(0)
  assert.equal(model.me.icon.value, 'https://example.com/i/1.png')
})

test('who is added or removed is watched or not, in the list that stands', async () => {
  const { model, presence, server, changed, clock } = await setUp()
  presence.tell({ presentity: CAROL })
  clock.advance(0)
  server.contacts = [contact(BOB, { name: 'Bob' }), contact('sip:dave@example.com')]
  await model.addContact({ address: 'dave@example.com', name: 'Dave', group: 'work' })
  assert.deepEqual(changed, ['add sip:dave@example.com Dave work'])
  assert.deepEqual(presence.members(), [ALICE, BOB, 'sip:dave@example.com'])
  assert.equal(presence.lists(), 1)
  assert.equal(model.presenceOf(CAROL).value.subscription, 'unknown')
})

test('an action that fails rejects in words for the person, and what stood is shown again', async () => {
  const { model, server } = await setUp()
  server.refusal = new HttpUnreachable('https://visage.example/xcap-root', new Error('refused'))
  await assert.rejects(model.removeContact(BOB), /^Error: The server does not answer/)
  assert.equal(model.groups.value?.length, 1)
  assert.match(model.trouble.value ?? '', /could not be read/)
  server.refusal = undefined
  model.lookAgain()
  await settled()
  assert.equal(model.trouble.value, undefined)
  await assert.rejects(model.addContact({ address: 'nobody' }), /no address/)
})

test('contacts of other networks can be removed and put back; what they may see is nothing to decide', async () => {
  const { model, changed } = await setUp()
  const juliet = 'xmpp:juliet@capulet.example'
  await model.removeContact(juliet)
  await model.addContact({ address: juliet, name: 'Juliet' })
  await assert.rejects(model.decide(juliet, 'block'), /Only SIP addresses/)
  assert.deepEqual(changed, [`remove ${juliet}`, `add ${juliet} Juliet -`])
})

test('what reads the same is drawn no second time', async () => {
  const { model, server } = await setUp()
  const before = model.groups.value
  server.contacts = structuredClone(server.contacts)
  model.lookAgain()
  await settled()
  assert.equal(server.readings, 2)
  assert.equal(model.groups.value, before)
})

test('many who want the contacts read again share one reading', async () => {
  const { model, server } = await setUp()
  for (let times = 0; times < 10; times++) model.lookAgain()
  await settled()
  assert.equal(server.readings, 3)
})

test('RFC 3857: requests are who waits for an answer, watchers who was let in or refused, and I am neither', async () => {
  const { model, presence, server, clock } = await setUp()
  presence.tellWatcher({ id: '1', watcher: ALICE, status: 'active' })
  presence.tellWatcher({ id: '2', watcher: BOB, status: 'active' })
  presence.tellWatcher({ id: '3', watcher: BOB, status: 'pending' })
  presence.tellWatcher({ id: '4', watcher: 'sip:eve@example.org', status: 'waiting' })
  server.contacts = [
    ...server.contacts,
    contact('sip:eve@example.org', { listed: false, handling: 'confirm' }),
    contact('sip:mallory@example.org', { listed: false, handling: 'block' }),
  ]
  clock.advance(0)
  await settled()
  assert.deepEqual(model.requests.value, [
    { address: 'sip:eve@example.org', name: 'eve@example.org' },
  ])
  assert.deepEqual(model.watchers.value, [
    { address: BOB, name: 'Bob', status: 'active' },
    {
      address: 'sip:mallory@example.org',
      name: 'mallory@example.org',
      status: 'none',
      handling: 'block',
    },
  ])
  // One of Bob's two subscriptions ends: he watches no more, he only waits.
  presence.tellWatcher({ id: '2', watcher: BOB, status: 'terminated' })
  clock.advance(0)
  assert.equal(model.requests.value.length, 2)
})

test('a request that is decided goes at once, though the server reports it still', async () => {
  const { model, presence, server, changed, clock } = await setUp()
  presence.tellWatcher({ id: '1', watcher: BOB, status: 'pending' })
  clock.advance(0)
  assert.equal(model.requests.value.length, 1)
  server.contacts = [contact(BOB, { name: 'Bob', handling: 'polite-block' })]
  await model.decide(BOB, 'polite-block')
  assert.deepEqual(changed, [`decide ${BOB} polite-block`])
  assert.deepEqual(model.requests.value, [])
  assert.equal(model.watchers.value[0]?.handling, 'polite-block')
})

test('RFC 5025 §3.2.1: rules that another program changed are read again when a watcher stands otherwise than they say', async () => {
  const { model, presence, server, clock } = await setUp([contact(BOB, { handling: 'allow' })])
  presence.tellWatcher({ id: '1', watcher: BOB, status: 'active' })
  clock.advance(0)
  await settled()
  assert.equal(server.readings, 1)
  server.contacts = [contact(BOB, { handling: 'confirm' })]
  presence.tellWatcher({ id: '1', watcher: BOB, status: 'pending' })
  clock.advance(0)
  await settled()
  assert.equal(server.readings, 2)
  assert.equal(model.requests.value.length, 1)
})

test('what I said before the page was loaded again is said again; of another person it is not', async () => {
  const { model, presence, open, kept } = await setUp()
  assert.deepEqual(presence.published, [{ basic: 'open', activities: [] }])
  await model.publish({ basic: 'open', activity: 'busy', note: 'Deadline' })
  open()
  await settled()
  assert.deepEqual(presence.published.slice(1), [
    { basic: 'open', activities: ['busy'], note: 'Deadline' },
    { basic: 'open', activities: ['busy'], note: 'Deadline' },
  ])
  assert.equal(createKeptStatus(kept, BOB).get(), undefined)
  await model.signOut()
  assert.equal(createKeptStatus(kept, ALICE).get(), undefined)
})

test('a status that the server refuses is taken back, in words', async () => {
  const { model, presence } = await setUp()
  presence.refusal = new PresenceError('no', 403, 'final')
  await assert.rejects(model.publish({ basic: 'closed', note: '' }), /refused it \(error 403\)/)
  assert.deepEqual(model.me.status.value, { basic: 'open', note: '' })
})

test('connection: lost with the time of the next attempt, back, and then contacts are read again', async () => {
  const { model, state, clock, server, presence } = await setUp()
  assert.equal(standing(model), 'connecting')
  state(UP)
  assert.equal(standing(model), 'up')
  assert.equal(server.readings, 1)
  state({ about: 'connection', state: 'down', retryInSeconds: 4 })
  assert.deepEqual(model.connection.value, {
    state: 'down',
    reason: 'No connection to the server.',
    retryAt: clock.now() + 4000,
  })
  model.reconnect()
  assert.equal(standing(model), 'connecting')
  assert.equal(presence.calls.at(-1), 'reconnect')
  state({ about: 'connection', state: 'down', retryInSeconds: 8 })
  state(UP)
  await settled()
  assert.equal(server.readings, 2)
})

test('a device without network is said to be offline, and connects at once when it is back', async () => {
  const { model, state, presence } = await setUp()
  state(UP)
  model.setOnline(false)
  assert.deepEqual(model.connection.value, {
    state: 'down',
    reason: 'This device is offline.',
    retryAt: Number.POSITIVE_INFINITY,
  })
  model.setOnline(true)
  assert.equal(standing(model), 'up')
  assert.equal(presence.calls.at(-1), 'reconnect')
})

test('a refused SIP password is told, so that the session is looked at', async () => {
  const { state, refused } = await setUp()
  const error = new PresenceError('no', 401, 'final')
  state({ about: 'list', state: 'ended', error })
  assert.deepEqual(refused, ['sip'])
})

test('a list that the server ends for good is asked for again after a while', async () => {
  const { state, clock, presence } = await setUp()
  state({ about: 'list', state: 'ended', error: new PresenceError('no', 489, 'final') })
  state({ about: 'watchers', state: 'ended', error: new PresenceError('no', 489, 'final') })
  state({ about: 'documents', state: 'ended', error: new PresenceError('no', 489, 'final') })
  clock.advance(60_000)
  assert.equal(presence.lists(), 2)
  assert.deepEqual(presence.members(), [ALICE, BOB, CAROL])
  const asked = ['watchWatchers', WATCHES_DOCUMENTS]
  assert.deepEqual(presence.calls, [...asked, ...asked])
})

test('closed, the page asks for nothing more', async () => {
  const { model, state, clock, presence, server } = await setUp()
  await model.close()
  assert.equal(presence.calls.at(-1), 'close')
  state({ about: 'list', state: 'ended', error: new PresenceError('no', 489, 'final') })
  clock.advance(120_000)
  assert.equal(presence.lists(), 1)
  assert.equal(server.readings, 1)
})

test('code that cannot be loaded is asked for again, and at once when the person wants it', async () => {
  const { open, loading, clock, presence } = await setUp()
  const before = presence.lists()
  loading.failures = 2
  const model = open()
  await settled()
  assert.equal(standing(model), 'down')
  clock.advance(5000)
  await settled()
  assert.equal(presence.lists(), before)
  model.reconnect()
  await settled()
  assert.equal(presence.lists(), before + 1)
  assert.deepEqual(presence.published.at(-1), { basic: 'open', activities: [] })
})

test('two tabs of one person say the same of them, whichever it was chosen in', async () => {
  const { kept, presence, model } = await setUp()
  const other = createKeptStatus(kept, ALICE)
  other.keep({ basic: 'closed', note: 'gone' })
  model.followStatus()
  await settled()
  assert.deepEqual(model.me.status.value, { basic: 'closed', note: 'gone' })
  assert.deepEqual(presence.published.at(-1), { basic: 'closed', activities: [], note: 'gone' })
  const times = presence.published.length
  model.followStatus()
  other.forget()
  model.followStatus()
  createKeptStatus(kept, BOB).keep({ basic: 'open', note: 'not mine' })
  model.followStatus()
  await settled()
  assert.equal(presence.published.length, times, 'the same, none, and that of somebody else')
})
