/** XMPP contacts subscribe to SIP users: the stanzas that come of it. RFC 6121 §3, RFC 8048 §5.2, RFC 7247 §8. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { WatchStanding } from '../../core/model/presence-source.ts'
import {
  ACTIVE,
  ALICE,
  alice,
  BOB,
  bob,
  createPairsDesk,
  FIONA,
  fiona,
  PENDING,
  REJECTED,
  resource,
  turns,
  type PairsDesk,
} from './pairs-desk.ts'

async function granted(desk: PairsDesk, user = alice, jid = ALICE): Promise<void> {
  desk.receive('subscribe', BOB, jid)
  await desk.stand(user, ACTIVE)
  await desk.told()
  desk.takeNews()
}

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
  await granted(desk)
  const { batches } = desk.store
  desk.receive('subscribe', BOB, ALICE)
  assert.deepEqual(await desk.told(), [`subscribed ${ALICE} > ${BOB}`])
  assert.deepEqual(desk.takeNews(), [`forgotten ${ALICE}`, `shown ${ALICE} > ${BOB}`])
  assert.equal(desk.store.batches, batches)
  assert.equal(desk.watches.length, 1)
})

test('RFC 6121 §3.3.3: unsubscribe ends the watch and is answered; the other direction stays', async () => {
  const desk = await createPairsDesk()
  await granted(desk)
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
  await granted(desk)
  await desk.stand(alice, REJECTED)
  assert.deepEqual(await desk.told(), [
    `unavailable ${ALICE}/sip > ${BOB}`,
    `unsubscribed ${ALICE} > ${BOB}`,
  ])
})

test('RFC 5025 §3.2.1: allow that becomes confirm shows nobody, and the approval comes again', async () => {
  const desk = await createPairsDesk()
  await granted(desk)
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
  } as WatchStanding)
  assert.deepEqual(await desk.told(), [`subscribed ${ALICE} > ${BOB}`])
  assert.equal(desk.relation(), 'none/granted')
})

test('RFC 7247 §8: subscribe to nobody is item-not-found, and leaves no trace', async () => {
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

test('RFC 7247 §8: who loses the account is gone, in both directions', async () => {
  const desk = await createPairsDesk()
  await granted(desk)
  desk.control.ask(alice, bob, 'insists')
  desk.receive('subscribed', BOB, ALICE)
  await desk.told()
  await desk.stand(alice, { state: 'terminated', reason: 'noresource', isFinal: true })
  assert.deepEqual(await desk.told(), [
    `error gone ${ALICE} > ${BOB}`,
    `unsubscribe ${ALICE} > ${BOB}`,
    `unavailable ${ALICE}/sip > ${BOB}`,
    `unsubscribed ${ALICE} > ${BOB}`,
  ])
  assert.equal(desk.pair(), undefined)
  assert.equal(desk.store.records.size, 0)
})

test('RFC 7247 §8: a user whom no contact watches is gone, too, when the account is removed', async () => {
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

const FINAL: readonly [standing: Omit<WatchStanding, 'state'>, told: string[]][] = [
  [{ status: 403 }, []],
  [{ status: 489 }, []],
  [{ status: 603 }, []],
  [{ reason: 'rejected' }, []],
  [{ status: 404 }, [`error item-not-found ${FIONA} > ${BOB}`]],
  [{ status: 405 }, [`error feature-not-implemented ${FIONA} > ${BOB}`]],
]
for (const [given, told] of FINAL) {
  test(`RFC 8048 §5.2.2: the final answer ${JSON.stringify(given)} ends the authorization`, async () => {
    const desk = await createPairsDesk()
    desk.receive('subscribe', BOB, FIONA)
    await desk.stand(fiona, { state: 'terminated', isFinal: true, ...given } as WatchStanding)
    assert.deepEqual(await desk.told(), [...told, `unsubscribed ${FIONA} > ${BOB}`])
    assert.equal(desk.relation(fiona), 'none/refused')
    assert.equal(desk.watchOf(fiona), undefined)
  })
}

test('RFC 7247 §8: 410 with a new address is gone, and tells it', async () => {
  const desk = await createPairsDesk()
  desk.receive('subscribe', BOB, FIONA)
  const contact = 'sip:fiona@new.example'
  await desk.stand(fiona, { state: 'terminated', status: 410, contact, isFinal: true })
  const [error] = desk.streams.takeSent()
  assert.match(error!, /<gone[^>]*>sip:fiona@new\.example<\/gone>/)
  assert.equal(desk.pair(fiona), undefined)
})

test('RFC 8048 §5.2.2: an answer that passes keeps the authorization, and tells who has just asked, once', async () => {
  const desk = await createPairsDesk()
  desk.receive('subscribe', BOB, FIONA)
  const failed: WatchStanding = { state: 'terminated', status: 408, isFinal: false }
  await desk.stand(fiona, failed)
  assert.deepEqual(await desk.told(), [`error remote-server-timeout ${FIONA} > ${BOB}`])
  await desk.stand(fiona, failed)
  assert.deepEqual(await desk.told(), [])
  assert.equal(desk.relation(fiona), 'none/asked')
  await desk.stand(fiona, ACTIVE)
  assert.deepEqual(await desk.told(), [`subscribed ${FIONA} > ${BOB}`])
  desk.takeNews()
  await desk.stand(fiona, failed)
  assert.deepEqual(await desk.told(), [])
  assert.deepEqual(desk.takeNews(), [`shown ${FIONA} > ${BOB}`])
  assert.equal(desk.relation(fiona), 'none/granted')
})

test('RFC 8048 §5.2.1: a dialog elsewhere that begins pending again revokes nothing', async () => {
  const desk = await createPairsDesk()
  await granted(desk, fiona, FIONA)
  await desk.stand(fiona, PENDING)
  assert.deepEqual(await desk.told(), [])
  assert.equal(desk.relation(fiona), 'none/granted')
})

test('RFC 6121 §4.3.2: a probe of an approved contact shows the user to that full JID', async () => {
  const desk = await createPairsDesk()
  await granted(desk)
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

test('RFC 8048 §5.2.2: elsewhere the dialog lasts while the contact is there, the authorization longer', async () => {
  const desk = await createPairsDesk()
  await granted(desk, fiona, FIONA)
  desk.control.ask(fiona, bob, 'asks')
  desk.receive('subscribed', BOB, FIONA)
  await desk.told()
  desk.control.setResource(desk.pair(fiona)!, 'desk', resource('desk'))
  assert.ok(desk.watchOf(fiona))
  desk.control.setResource(desk.pair(fiona)!, 'desk', undefined)
  assert.equal(desk.watchOf(fiona), undefined)
  assert.equal(desk.relation(fiona), 'granted/granted')
  await desk.told()
  desk.receive('probe', `${BOB}/desk`, FIONA)
  assert.equal(desk.watches.length, 2)
  await desk.stand(fiona, ACTIVE)
  assert.deepEqual(await desk.told(), [])
  assert.ok(desk.takeNews().includes(`shown ${FIONA} > ${BOB}`))
})

test('RFC 8048 §5.2.2: here the watch stands as long as the authorization', async () => {
  const desk = await createPairsDesk()
  await granted(desk)
  desk.control.ask(alice, bob, 'asks')
  desk.receive('subscribed', BOB, ALICE)
  desk.control.setResource(desk.pair()!, 'desk', resource('desk'))
  desk.control.setResource(desk.pair()!, 'desk', undefined)
  await desk.stepMinutes(120)
  assert.ok(desk.watchOf(alice))
})

test('RFC 8048 §8.1: before a dialog goes on the contact is probed, and it ends when he is not there', async () => {
  const desk = await createPairsDesk()
  await granted(desk, fiona, FIONA)
  desk.control.ask(fiona, bob, 'asks')
  desk.receive('subscribed', BOB, FIONA)
  desk.control.setResource(desk.pair(fiona)!, 'desk', resource('desk'))
  await desk.told()
  await desk.stepMinutes(53)
  assert.deepEqual(await desk.told(), [])
  await desk.stepMinutes(1)
  assert.deepEqual(await desk.told(), [`probe ${FIONA} > ${BOB}`])
  desk.control.setResource(desk.pair(fiona)!, 'desk', resource('desk'))
  await desk.stepMinutes(50)
  assert.ok(desk.watchOf(fiona))
  await desk.stepMinutes(11)
  assert.equal(desk.watchOf(fiona), undefined)
  assert.equal(desk.pair(fiona)!.resources.size, 0)
  const told = await desk.told()
  assert.equal(told.at(-1), `unavailable ${FIONA}/sip > ${BOB}`)
  assert.ok(told.length <= 8, told.join('\n'))
  assert.equal(desk.relation(fiona), 'granted/granted')
})

test('an approved contact of a user elsewhere is asked in return, once; one of ours by her list', async () => {
  const desk = await createPairsDesk({ subscribeBack: true })
  desk.receive('subscribe', BOB, FIONA)
  await desk.stand(fiona, ACTIVE)
  assert.deepEqual(await desk.told(), [
    `subscribed ${FIONA} > ${BOB}`,
    `subscribe ${FIONA} > ${BOB}`,
  ])
  desk.receive('unsubscribed', BOB, FIONA)
  desk.receive('subscribe', BOB, FIONA)
  assert.deepEqual(await desk.told(), [`subscribed ${FIONA} > ${BOB}`])
  await granted(desk)
  assert.equal(desk.relation(), 'none/granted')
})

test('a source that cannot watch harms nobody, and the next request tries again', async () => {
  const desk = await createPairsDesk()
  const { watch } = desk.source
  desk.source.watch = () => {
    throw new Error('too many')
  }
  desk.receive('subscribe', BOB, ALICE)
  assert.deepEqual(await desk.told(), [])
  desk.source.watch = watch
  desk.receive('subscribe', BOB, ALICE)
  await desk.stand(alice, ACTIVE)
  await turns()
  assert.deepEqual(await desk.told(), [`subscribed ${ALICE} > ${BOB}`])
})
