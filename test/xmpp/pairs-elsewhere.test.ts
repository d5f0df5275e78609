/** XMPP contacts subscribe to users of another SIP domain, where every watch is a dialog. RFC 8048 §5.2, §8.1, RFC 7247 §7.2. */
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
  resource,
} from './pairs-desk.ts'

const FINAL: readonly [answer: { status?: number; reason?: string }, told: string[]][] = [
  [{ status: 403 }, []],
  [{ status: 489 }, []],
  [{ status: 603 }, []],
  [{ reason: 'rejected' }, []],
  [{ status: 404, reason: 'noresource' }, [`error item-not-found ${FIONA} > ${BOB}`]],
  [{ status: 405 }, [`error feature-not-implemented ${FIONA} > ${BOB}`]],
]
for (const [given, told] of FINAL) {
  test(`RFC 8048 §5.2.2: the final answer ${JSON.stringify(given)} ends the authorization`, async () => {
    const desk = await createPairsDesk()
    desk.receive('subscribe', BOB, FIONA)
    await desk.stand(fiona, { state: 'terminated', isFinal: true, ...given })
    assert.deepEqual(await desk.told(), [...told, `unsubscribed ${FIONA} > ${BOB}`])
    assert.equal(desk.relation(fiona), 'none/refused')
    assert.equal(desk.watchOf(fiona), undefined)
  })
}

test('RFC 7247 §7.2: 410 with a new address is gone, and tells it', async () => {
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
  await desk.approve(fiona)
  await desk.stand(fiona, PENDING)
  assert.deepEqual(await desk.told(), [])
  assert.equal(desk.relation(fiona), 'none/granted')
})

test('RFC 8048 §5.2.2: elsewhere the dialog lasts while the contact is there, the authorization longer', async () => {
  const desk = await createPairsDesk()
  await desk.approve(fiona)
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

test('a contact who lets a user elsewhere see him no more is there all the same, and sees her as before', async () => {
  const desk = await createPairsDesk()
  await desk.approve(fiona)
  desk.control.ask(fiona, bob, 'asks')
  desk.receive('subscribed', BOB, FIONA)
  desk.control.setResource(desk.pair(fiona)!, 'desk', resource('desk'))
  await desk.told()
  const watch = desk.watchOf(fiona)
  desk.receive('unsubscribed', BOB, FIONA)
  assert.deepEqual(await desk.told(), [])
  assert.equal(desk.relation(fiona), 'refused/granted')
  assert.equal(desk.pair(fiona)!.resources.size, 0)
  assert.equal(desk.watchOf(fiona), watch)
  assert.equal(desk.watches.length, 1)
  await desk.stepMinutes(61)
  assert.equal(desk.watchOf(fiona), undefined)
})

test('RFC 8048 §5.2.2: here the watch stands as long as the authorization', async () => {
  const desk = await createPairsDesk()
  await desk.approve()
  desk.control.ask(alice, bob, 'asks')
  desk.receive('subscribed', BOB, ALICE)
  desk.control.setResource(desk.pair()!, 'desk', resource('desk'))
  desk.control.setResource(desk.pair()!, 'desk', undefined)
  await desk.stepMinutes(120)
  assert.ok(desk.watchOf(alice))
})

test('RFC 8048 §8.1: before a dialog goes on the contact is probed, and it ends when he is not there', async () => {
  const desk = await createPairsDesk()
  await desk.approve(fiona)
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
  await desk.approve()
  assert.equal(desk.relation(), 'none/granted')
})
