/** XMPP contacts subscribe to SIP users: the stanzas that come of it. RFC 6121 §3, RFC 8048 §5.2, RFC 7247 §7.2. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  ACTIVE,
  ALICE,
  alice,
  BOB,
  bob,
  createPairsDesk,
  FIONA,
  PENDING,
  REJECTED,
} from './pairs-desk.ts'

test('RFC 8048 §5.2.1: pending says nothing to XMPP, active says subscribed and then presence', async () => {
  const desk = await createPairsDesk()
  desk.receive('subscribe', BOB, ALICE)
  assert.equal(desk.watchOf(alice)!.watcher, bob)
  await desk.stand(alice, PENDING)
  assert.deepEqual(await desk.told(), [])
  assert.equal(desk.relation(), 'none/asked')
  await desk.stand(alice, ACTIVE)
  assert.deepEqual(await desk.told(), [`subscribed ${ALICE} > ${BOB}`])
  assert.equal(desk.relation(), 'none/granted')
  assert.deepEqual(desk.takeNews(), [
    `authorized ${alice} strangers > none/asked`,
    `authorized ${alice} none/asked > none/granted`,
    `forgotten ${ALICE}`,
    `shown ${ALICE} > ${BOB}`,
  ])
})

test('RFC 6121 §3.1.3: a subscription is asked between bare JIDs, whatever resource asks', async () => {
  const desk = await createPairsDesk()
  desk.receive('subscribe', `${BOB}/phone`, `${ALICE}/sip`)
  await desk.stand(alice, ACTIVE)
  assert.deepEqual(await desk.told(), [`subscribed ${ALICE} > ${BOB}`])
})

test('RFC 6121 §A.3.1: a second subscribe while the first waits does nothing, and no second watch', async () => {
  const desk = await createPairsDesk()
  for (let time = 0; time < 5; time++) desk.receive('subscribe', BOB, ALICE)
  await desk.stand(alice, PENDING)
  desk.receive('subscribe', BOB, ALICE)
  assert.deepEqual(await desk.told(), [])
  assert.equal(desk.watches.length, 1)
})

test('RFC 6121 §3.1.3: who is approved already gets subscribed and presence again, and nothing changes', async () => {
  const desk = await createPairsDesk()
  await desk.approve()
  const { batches } = desk.store
  desk.receive('subscribe', BOB, ALICE)
  assert.deepEqual(await desk.told(), [`subscribed ${ALICE} > ${BOB}`])
  assert.deepEqual(desk.takeNews(), [`forgotten ${ALICE}`, `shown ${ALICE} > ${BOB}`])
  assert.equal(desk.store.batches, batches)
  assert.equal(desk.watches.length, 1)
})

test('RFC 6121 §3.3.3: unsubscribe ends the watch and is answered; the other direction stays', async () => {
  const desk = await createPairsDesk()
  await desk.approve()
  desk.control.ask(alice, bob, 'insists')
  desk.receive('subscribed', BOB, ALICE)
  await desk.told()
  desk.receive('unsubscribe', BOB, ALICE)
  assert.deepEqual(await desk.told(), [
    `unsubscribed ${ALICE} > ${BOB}`,
    `unavailable ${ALICE}/sip > ${BOB}`,
  ])
  assert.equal(desk.relation(), 'granted/none')
  assert.equal(desk.watchOf(alice), undefined)
})

test('RFC 6121 §3.3.3: unsubscribe of a stranger is ignored', async () => {
  const desk = await createPairsDesk()
  desk.receive('unsubscribe', BOB, ALICE)
  assert.deepEqual(await desk.told(), [])
  assert.equal(desk.pair(), undefined)
})

test('RFC 5025 §3.2.1: block is unsubscribed, and who asks again is decided again', async () => {
  const desk = await createPairsDesk()
  desk.receive('subscribe', BOB, ALICE)
  await desk.stand(alice, REJECTED)
  assert.deepEqual(await desk.told(), [`unsubscribed ${ALICE} > ${BOB}`])
  assert.equal(desk.relation(), 'none/refused')
  assert.equal(desk.watchOf(alice), undefined)
  desk.receive('subscribe', BOB, ALICE)
  await desk.stand(alice, ACTIVE)
  assert.deepEqual(await desk.told(), [`subscribed ${ALICE} > ${BOB}`])
})

test('RFC 5025 §3.2.1: allow that becomes block is unavailable and unsubscribed', async () => {
  const desk = await createPairsDesk()
  await desk.approve()
  await desk.stand(alice, REJECTED)
  assert.deepEqual(await desk.told(), [
    `unavailable ${ALICE}/sip > ${BOB}`,
    `unsubscribed ${ALICE} > ${BOB}`,
  ])
})

test('RFC 5025 §3.2.1: allow that becomes confirm shows nobody, and the approval comes again', async () => {
  const desk = await createPairsDesk()
  await desk.approve()
  await desk.stand(alice, PENDING)
  assert.deepEqual(await desk.told(), [`unavailable ${ALICE}/sip > ${BOB}`])
  assert.equal(desk.relation(), 'none/asked')
  await desk.stand(alice, ACTIVE)
  assert.deepEqual(await desk.told(), [`subscribed ${ALICE} > ${BOB}`])
})

test('RFC 5025 §3.2.1: who is politely blocked is subscribed like others', async () => {
  const desk = await createPairsDesk()
  desk.receive('subscribe', BOB, ALICE)
  await desk.stand(alice, {
    ...ACTIVE,
    handling: 'polite-block',
    showsIcon: false,
  })
  assert.deepEqual(await desk.told(), [`subscribed ${ALICE} > ${BOB}`])
  assert.equal(desk.relation(), 'none/granted')
})

test('RFC 7247 §7.2: subscribe to nobody is item-not-found, and leaves no trace', async () => {
  const desk = await createPairsDesk()
  desk.nowhere.add(alice)
  desk.receive('subscribe', BOB, ALICE)
  assert.deepEqual(await desk.told(), [`error item-not-found ${ALICE} > ${BOB}`])
  assert.equal(desk.pair(), undefined)
  assert.equal(desk.watches.length, 0)
})

test('a store that answers later, or not at all, is waited for and answered', async () => {
  const desk = await createPairsDesk()
  const { source } = desk
  source.exists = () => Promise.resolve('nowhere')
  desk.receive('subscribe', BOB, ALICE)
  assert.deepEqual(await desk.told(), [`error item-not-found ${ALICE} > ${BOB}`])
  source.exists = () => Promise.reject(new Error('the disk is away'))
  desk.receive('subscribe', BOB, ALICE)
  assert.deepEqual(await desk.told(), [`error internal-server-error ${ALICE} > ${BOB}`])
})

for (const status of [404, 410]) {
  test(`RFC 7247 §7.2: who loses the account is gone, in both directions (${status})`, async () => {
    const desk = await createPairsDesk()
    await desk.approve()
    desk.control.ask(alice, bob, 'insists')
    desk.receive('subscribed', BOB, ALICE)
    await desk.told()
    await desk.stand(alice, { state: 'terminated', reason: 'noresource', status, isFinal: true })
    assert.deepEqual(await desk.told(), [
      `error gone ${ALICE} > ${BOB}`,
      `unsubscribe ${ALICE} > ${BOB}`,
      `unavailable ${ALICE}/sip > ${BOB}`,
      `unsubscribed ${ALICE} > ${BOB}`,
    ])
    assert.equal(desk.pair(), undefined)
    assert.equal(desk.store.records.size, 0)
  })
}

test('RFC 7247 §7.2: a user whom no contact watches is gone, too, when the account is removed', async () => {
  const desk = await createPairsDesk()
  desk.control.ask(alice, bob, 'insists')
  await desk.told()
  desk.change({ kind: 'account', aor: alice })
  assert.deepEqual(await desk.told(), [])
  desk.nowhere.add(alice)
  desk.change({ kind: 'account', aor: alice })
  assert.deepEqual(await desk.told(), [
    `error gone ${ALICE} > ${BOB}`,
    `unsubscribe ${ALICE} > ${BOB}`,
  ])
  assert.equal(desk.pair(), undefined)
})

test('RFC 6121 §4.3.2: a probe of an approved contact shows the user to that full JID', async () => {
  const desk = await createPairsDesk()
  await desk.approve()
  desk.receive('probe', `${BOB}/desk`, ALICE)
  assert.deepEqual(await desk.told(), [])
  assert.deepEqual(desk.takeNews(), [`shown ${ALICE} > ${BOB}/desk`])
})

test('RFC 6121 §4.3.2: a probe of a stranger is unsubscribed, once a minute; one that waits hears nothing', async () => {
  const desk = await createPairsDesk()
  for (let time = 0; time < 9; time++) desk.receive('probe', `${BOB}/desk`, ALICE)
  assert.deepEqual(await desk.told(), [`unsubscribed ${ALICE} > ${BOB}/desk`])
  desk.clock.advance(60_000)
  desk.receive('probe', `${BOB}/desk`, ALICE)
  assert.deepEqual(await desk.told(), [`unsubscribed ${ALICE} > ${BOB}/desk`])
  desk.receive('subscribe', BOB, ALICE)
  desk.clock.advance(60_000)
  desk.receive('probe', `${BOB}/desk`, ALICE)
  assert.deepEqual(await desk.told(), [])
})

test('RFC 8048 §8.1: a contact that asks too much, and all together, wait', async () => {
  const desk = await createPairsDesk()
  for (let user = 0; user < 1_000; user++) desk.receive('subscribe', BOB, ALICE)
  const told = await desk.told()
  assert.equal(told.length, 500)
  assert.deepEqual(new Set(told), new Set([`error resource-constraint ${ALICE} > ${BOB}`]))
  desk.clock.advance(60_000)
  desk.receive('subscribe', BOB, FIONA)
  assert.deepEqual(await desk.told(), [])
  for (let n = 0; n < 10_000; n++) desk.receive('subscribe', `bob${n}@xmpp.example`, ALICE)
  const crowd = await desk.told()
  assert.ok(crowd.length > 5_000 && desk.watches.length < 20, `${desk.watches.length} watches`)
})

test('RFC 8048 §8.1: a contact, a user and the gateway have so many pairs; the next waits', async () => {
  const desk = await createPairsDesk({ limits: { pairs: 5, perUser: 3, perContact: 2 } })
  const subscribe = async (from: string, to: string) => {
    desk.receive('subscribe', `${from}@xmpp.example`, `${to}@sip.example`)
    return (await desk.told()).map((line) => line.split(' ')[1])
  }
  assert.deepEqual(await subscribe('bob', 'a'), [])
  assert.deepEqual(await subscribe('bob', 'b'), [])
  assert.deepEqual(await subscribe('bob', 'c'), ['resource-constraint'])
  assert.deepEqual(await subscribe('carol', 'a'), [])
  assert.deepEqual(await subscribe('dave', 'a'), [])
  assert.deepEqual(await subscribe('emma', 'a'), ['resource-constraint'])
  assert.deepEqual(await subscribe('emma', 'd'), [])
  assert.deepEqual(await subscribe('emma', 'e'), ['resource-constraint'])
  desk.receive('unsubscribe', 'bob@xmpp.example', 'a@sip.example')
  await desk.told()
  assert.deepEqual(await subscribe('emma', 'e'), [])
})

test('a source that cannot watch harms nobody, and is tried again within a minute', async () => {
  const desk = await createPairsDesk()
  const watch = desk.source.watch.bind(desk.source)
  desk.source.watch = () => {
    throw new Error('too many')
  }
  desk.receive('subscribe', BOB, ALICE)
  assert.deepEqual(await desk.told(), [])
  desk.source.watch = watch
  await desk.stepMinutes(1)
  await desk.stand(alice, ACTIVE)
  assert.deepEqual(await desk.told(), [`subscribed ${ALICE} > ${BOB}`])
})
