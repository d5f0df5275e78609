/** Pairs through restarts, streams that come and go, full disks. RFC 6121 §4.2, §4.5. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ContactPair } from '../../core/model/contact-pair.ts'
import type { Aor } from '../../core/uri/aor.ts'
import {
  ACTIVE,
  ALICE,
  alice,
  BOB,
  bob,
  createMemoryStore,
  createPairsDesk,
  FIONA,
  fiona,
  resource,
  turns,
} from './pairs-desk.ts'

function record(user: Aor, given: Partial<ContactPair>, contact = bob): ContactPair {
  return { user, contact, to: 'none', from: 'none', toSince: 0, fromSince: 7, ...given }
}

async function storeWith(...records: ContactPair[]) {
  const store = createMemoryStore()
  await store.writePairs(records.map((put) => ({ put })))
  return store
}

const user = (n: number) => `sip:user${n}@sip.example` as Aor

test('who was approved before a restart is probed, who was asked is asked again, who sees us is told', async () => {
  const store = await storeWith(
    record(alice, { to: 'granted', from: 'granted' }),
    record(user(1), { to: 'asked' }),
    record(user(2), { from: 'asked' }),
    record(user(3), { to: 'refused', toSince: 1_700_000_000_000 }),
  )
  const desk = await createPairsDesk({ store })
  assert.deepEqual(await desk.told(), [
    `probe ${ALICE} > ${BOB}`,
    `subscribe user1@sip.example > ${BOB}`,
  ])
  assert.deepEqual(
    desk.watches.map(({ presentity, since }) => [presentity, since]),
    [alice, user(2)].map((presentity) => [presentity, 7]),
  )
  assert.equal(desk.control.neighbour.handling(bob, alice), 'allow')
  assert.equal(desk.control.neighbour.handling(bob, user(3)), 'block')
  assert.deepEqual(desk.takeNews(), [`forgotten ${ALICE}`])
  await desk.stand(alice, ACTIVE)
  assert.deepEqual(desk.takeNews(), [`shown ${ALICE} > ${BOB}`])
  assert.deepEqual(await desk.told(), [])
})

test('RFC 8048 §5.2.2: after a restart a dialog elsewhere waits until the contact is there', async () => {
  const store = await storeWith(record(fiona, { to: 'granted', from: 'granted' }))
  const desk = await createPairsDesk({ store })
  assert.deepEqual(await desk.told(), [`probe ${FIONA} > ${BOB}`])
  assert.equal(desk.watchOf(fiona), undefined)
  desk.control.setResource(desk.pair(fiona)!, 'desk', resource('desk'))
  assert.ok(desk.watchOf(fiona))
})

test('RFC 8048 §5.2.2: one whom the user may not see is watched for without a sign, for an hour', async () => {
  const store = await storeWith(record(fiona, { from: 'granted' }))
  const desk = await createPairsDesk({ store })
  await desk.stand(fiona, ACTIVE)
  await desk.stepMinutes(59)
  assert.deepEqual(await desk.told(), [])
  await desk.stepMinutes(1)
  assert.equal(desk.watchOf(fiona), undefined)
  assert.deepEqual(await desk.told(), [`unavailable ${FIONA}/sip > ${BOB}`])
})

test('a pair is on the disk before the contact hears of it, and is there after a restart', async () => {
  const store = createMemoryStore()
  const desk = await createPairsDesk({ store })
  desk.receive('subscribe', BOB, ALICE)
  await desk.stand(alice, ACTIVE)
  desk.control.ask(alice, bob, 'insists')
  const { streams } = desk
  const send = streams.send.bind(streams)
  streams.send = (stanza) => {
    const stored = [...store.records.values()]
    assert.ok(stored.length === 1, 'sent before it was stored')
    send(stanza)
  }
  assert.equal((await desk.told()).length, 2)
  await desk.control.stop()
  const again = await createPairsDesk({ store })
  assert.equal(again.relation(), 'asked/granted')
})

test('a pair of a domain that is not served any more is left in the store, and alone', async () => {
  const far = 'sip:zoe@old.example' as Aor
  const store = await storeWith(
    record(far, { to: 'granted', from: 'granted' }),
    record(alice, { to: 'granted' }, far),
  )
  const desk = await createPairsDesk({ store })
  assert.deepEqual(await desk.told(), [])
  assert.deepEqual(desk.watches, [])
  assert.deepEqual([...desk.control.pairs.all()], [])
  assert.equal(store.records.size, 2)
})

test('a user who was removed while nobody looked is gone after the restart', async () => {
  const store = await storeWith(record(user(1), { to: 'granted' }))
  const desk = await createPairsDesk({ store, source: nobodyIsThere() })
  assert.deepEqual(await desk.told(), [
    `probe user1@sip.example > ${BOB}`,
    `error gone user1@sip.example > ${BOB}`,
    `unsubscribe user1@sip.example > ${BOB}`,
  ])
  assert.equal(store.records.size, 0)
})

function nobodyIsThere() {
  return {
    watch: () => ({ close: () => undefined }),
    publish: () => undefined,
    reconsider: () => undefined,
    exists: () => 'nowhere' as const,
  }
}

test('a stream that comes back tells everything anew, for its own domain only', async () => {
  const store = await storeWith(
    record(alice, { to: 'granted', from: 'granted' }),
    record(fiona, { to: 'granted', from: 'granted' }),
  )
  const desk = await createPairsDesk({ store })
  await desk.stand(alice, ACTIVE)
  await desk.told()
  desk.takeNews()
  desk.streams.setOnline('sip.example', false)
  desk.streams.setOnline('sip.example', true)
  assert.deepEqual(await desk.told(), [`probe ${ALICE} > ${BOB}`])
  assert.deepEqual(desk.takeNews(), [`forgotten ${ALICE}`, `shown ${ALICE} > ${BOB}`])
})

test('RFC 6121 §4.5: what a server that is away has told holds for 30 seconds', async () => {
  const store = await storeWith(record(alice, { to: 'granted' }), record(fiona, { to: 'granted' }))
  const desk = await createPairsDesk({ store })
  const set = (whose: Aor, name: string) => {
    desk.control.setResource(desk.pair(whose)!, name, resource(name))
  }
  set(alice, 'desk')
  set(fiona, 'desk')
  desk.clock.advance(1)
  desk.streams.setOnline('sip.example', false)
  desk.clock.advance(29_999)
  assert.equal(desk.pair()!.resources.size, 1)
  desk.clock.advance(1)
  assert.equal(desk.pair()!.resources.size, 0)
  assert.equal(desk.pair(fiona)!.resources.size, 1)
})

test('RFC 6121 §4.3: of resources that a server does not name again when it is back none is left', async () => {
  const store = await storeWith(record(alice, { to: 'granted' }))
  const desk = await createPairsDesk({ store })
  for (const name of ['desk', 'phone']) desk.control.setResource(desk.pair()!, name, resource(name))
  desk.clock.advance(1)
  desk.streams.setOnline('sip.example', false)
  desk.clock.advance(10_000)
  desk.streams.setOnline('sip.example', true)
  desk.control.setResource(desk.pair()!, 'phone', resource('phone'))
  desk.clock.advance(29_999)
  assert.equal(desk.pair()!.resources.size, 2)
  desk.clock.advance(1)
  assert.deepEqual([...desk.pair()!.resources.keys()], ['phone'])
})

test('RFC 6121 §4.5: at the end everybody who could see a user is told that nobody is here', async () => {
  const store = await storeWith(
    record(alice, { from: 'granted' }),
    record(user(1), { from: 'granted' }),
    record(user(2), { from: 'granted' }),
    record(user(3), { to: 'granted' }),
  )
  const desk = await createPairsDesk({ store })
  await desk.stand(alice, ACTIVE)
  await desk.stand(user(1), { ...ACTIVE, handling: 'polite-block' })
  await desk.told()
  await desk.control.stop()
  assert.deepEqual(await desk.told(), [`unavailable ${ALICE}/sip > ${BOB}`])
  assert.ok(desk.watches.every(({ isOpen }) => !isOpen))
  // What comes in now brings nobody online again.
  desk.receive('probe', `${BOB}/desk`, ALICE)
  desk.receive('subscribe', BOB, FIONA)
  desk.takeNews()
  await desk.stepMinutes(60)
  assert.ok(desk.watches.every(({ isOpen }) => !isOpen))
  assert.ok(!desk.takeNews().some((line) => line.startsWith('shown')))
})

test('a full disk stops nobody; what it did not take is stored when there is room', async () => {
  const desk = await createPairsDesk()
  desk.store.isFull = true
  desk.receive('subscribe', BOB, ALICE)
  await desk.stand(alice, ACTIVE)
  desk.control.ask(fiona, bob, 'insists')
  assert.deepEqual(await desk.told(), [
    `subscribed ${ALICE} > ${BOB}`,
    `subscribe ${FIONA} > ${BOB}`,
  ])
  assert.equal(desk.store.records.size, 0)
  desk.store.isFull = false
  desk.clock.advance(10_000)
  await turns()
  assert.deepEqual(
    [...desk.store.records.values()].map(({ to, from }) => `${to}/${from}`),
    ['none/granted', 'asked/none'],
  )
})

test('very many pairs are watched and told a few at a time', async () => {
  const records = Array.from({ length: 1_000 }, (_, n) =>
    record(user(n), { to: 'granted', from: 'granted' }),
  )
  const desk = await createPairsDesk({ store: await storeWith(...records) })
  assert.equal(desk.watches.length, 100)
  assert.equal((await desk.told()).length, 100)
  desk.clock.advance(10)
  assert.equal(desk.watches.length, 200)
  assert.equal((await desk.told()).length, 100)
  desk.clock.advance(100)
  assert.equal(desk.watches.length, 1_000)
  assert.equal((await desk.told()).length, 800)
})

test('a listener that throws does the others no harm', async () => {
  const desk = await createPairsDesk()
  desk.control.pairs.follow({
    authorized() {
      throw new Error('mine')
    },
  })
  const heard: string[] = []
  const end = desk.control.pairs.follow({ authorized: ({ userJid }) => heard.push(userJid) })
  desk.control.ask(alice, bob, 'insists')
  await desk.told()
  assert.deepEqual(heard, [ALICE])
  end()
  desk.control.remove(alice, bob)
  await desk.told()
  assert.deepEqual(heard, [ALICE])
})
