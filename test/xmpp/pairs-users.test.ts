/** SIP users subscribe to XMPP contacts: what the presence agent is told, and what is asked. RFC 6121 §3, RFC 8048 §5.3. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseAor, type Aor } from '../../core/uri/aor.ts'
import {
  ALICE,
  alice,
  BOB,
  bob,
  createPairsDesk,
  fiona,
  resource,
  type PairsDesk,
} from './pairs-desk.ts'

const DAY = 24 * 60

async function granted(desk: PairsDesk, user = alice, jid = ALICE): Promise<void> {
  desk.control.neighbour.subscribed(bob, user)
  desk.receive('subscribed', BOB, jid)
  await desk.told()
  desk.takeNews()
  desk.reconsidered.length = 0
}

test('RFC 8048 §5.3.1: a SIP subscription asks once, waits, and is allowed when the contact approves', async () => {
  const desk = await createPairsDesk()
  const { neighbour } = desk.control
  assert.equal(neighbour.handling(bob, alice), 'confirm')
  for (let dialog = 0; dialog < 3; dialog++) neighbour.subscribed(bob, alice)
  assert.equal(neighbour.handling(bob, alice), 'confirm')
  assert.deepEqual(await desk.told(), [`subscribe ${ALICE} > ${BOB}`])
  desk.reconsidered.length = 0
  desk.receive('subscribed', BOB, ALICE)
  assert.equal(neighbour.handling(bob, alice), 'allow')
  assert.deepEqual(desk.reconsidered, [bob])
  assert.deepEqual(await desk.told(), [`probe ${ALICE} > ${BOB}`])
  assert.equal(desk.relation(), 'granted/none')
})

test('RFC 8048 §5.3.2: subscribing again while approved sends nothing', async () => {
  const desk = await createPairsDesk()
  await granted(desk)
  desk.control.neighbour.subscribed(bob, alice)
  assert.deepEqual(await desk.told(), [])
})

for (const state of ['asked', 'granted']) {
  test(`RFC 6121 §3.2.3: unsubscribed while ${state} is a refusal, which holds for a day`, async () => {
    const desk = await createPairsDesk()
    const { neighbour } = desk.control
    if (state === 'granted') await granted(desk)
    else neighbour.subscribed(bob, alice)
    await desk.told()
    desk.receive('unsubscribed', BOB, ALICE)
    assert.equal(neighbour.handling(bob, alice), 'block')
    assert.ok(desk.reconsidered.includes(bob))
    neighbour.subscribed(bob, alice)
    assert.deepEqual(await desk.told(), [])
    await desk.stepMinutes(DAY - 1)
    neighbour.subscribed(bob, alice)
    assert.deepEqual(await desk.told(), [])
    await desk.stepMinutes(1)
    assert.equal(desk.pair(), undefined)
    assert.equal(desk.store.records.size, 0)
    neighbour.subscribed(bob, alice)
    assert.deepEqual(await desk.told(), [`subscribe ${ALICE} > ${BOB}`])
  })
}

test('who has refused is asked again at once when the user puts him on her list anew', async () => {
  const desk = await createPairsDesk()
  desk.control.neighbour.subscribed(bob, alice)
  desk.receive('unsubscribed', BOB, ALICE)
  await desk.told()
  assert.equal(desk.control.ask(alice, bob, 'insists'), 'asked')
  assert.deepEqual(await desk.told(), [`subscribe ${ALICE} > ${BOB}`])
})

test('RFC 6121 §3.1.6: subscribed that nobody asked for is ignored', async () => {
  const desk = await createPairsDesk()
  desk.receive('subscribed', BOB, ALICE)
  assert.equal(desk.pair(), undefined)
  await granted(desk)
  desk.receive('subscribed', BOB, ALICE)
  desk.receive('unsubscribed', BOB, ALICE)
  desk.receive('subscribed', BOB, ALICE)
  assert.deepEqual(await desk.told(), [])
  assert.equal(desk.relation(), 'refused/none')
})

test('RFC 6121 §2.5.1: who removes a contact unsubscribes, and is seen by him no longer', async () => {
  const desk = await createPairsDesk()
  await granted(desk)
  desk.receive('subscribe', BOB, ALICE)
  await desk.stand(alice, {
    state: 'active',
    document: undefined,
    handling: 'allow',
    showsIcon: true,
  })
  await desk.told()
  desk.control.remove(alice, bob)
  assert.deepEqual(await desk.told(), [
    `unsubscribe ${ALICE} > ${BOB}`,
    `unavailable ${ALICE}/sip > ${BOB}`,
    `unsubscribed ${ALICE} > ${BOB}`,
  ])
  assert.equal(desk.pair(), undefined)
  assert.equal(desk.watchOf(alice), undefined)
  assert.equal(desk.store.records.size, 0)
  desk.control.remove(alice, bob)
  assert.deepEqual(await desk.told(), [])
})

test('RFC 8048 §8.1: nobody is asked for users of other SIP domains, nor people of other XMPP domains', async () => {
  const desk = await createPairsDesk()
  const stranger = parseAor('sip:mallory@elsewhere.example')!
  const { neighbour, ask } = desk.control
  assert.equal(neighbour.handling(bob, stranger), 'block')
  neighbour.subscribed(bob, stranger)
  assert.equal(ask(stranger, bob, 'insists'), 'no-address')
  assert.equal(ask(alice, stranger, 'insists'), 'no-address')
  assert.deepEqual(await desk.told(), [])
})

test('RFC 7247 §6.4: an address that XMPP cannot say is not asked, and throws nothing', async () => {
  const desk = await createPairsDesk()
  const unspeakable = 'sip:%ff@xmpp.example' as Aor
  assert.equal(desk.control.ask(alice, unspeakable, 'insists'), 'no-address')
  desk.control.neighbour.subscribed(unspeakable, alice)
  desk.control.neighbour.fetched(unspeakable, alice)
  assert.equal(desk.control.neighbour.handling(unspeakable, alice), 'confirm')
})

test('RFC 7622 §3.3: capitals of a SIP address do not keep the answer from its user', async () => {
  const desk = await createPairsDesk()
  const capital = parseAor('sip:Alice@sip.example')!
  desk.control.neighbour.subscribed(bob, capital)
  desk.receive('subscribed', BOB, ALICE)
  assert.equal(desk.control.neighbour.handling(bob, capital), 'allow')
  desk.receive('subscribe', BOB, ALICE)
  assert.equal(desk.watches.at(-1)!.presentity, capital)
})

test('a contact whom a user writes with capitals is the one whom others see', async () => {
  const desk = await createPairsDesk()
  const written = parseAor('sip:Bob@XMPP.example')!
  assert.equal(desk.control.neighbour.canonical(written), bob)
  desk.control.ask(alice, written, 'insists')
  assert.equal(desk.pair()!.record.contact, bob)
})

test('RFC 8048 §7.2: who looks once has the contact probed once a minute, and never asked', async () => {
  const desk = await createPairsDesk()
  const { neighbour } = desk.control
  neighbour.fetched(bob, alice)
  assert.deepEqual(await desk.told(), [])
  assert.equal(desk.pair(), undefined)
  await granted(desk)
  for (let time = 0; time < 5; time++) neighbour.fetched(bob, alice)
  assert.deepEqual(await desk.told(), [])
  desk.clock.advance(60_000)
  for (let time = 0; time < 5; time++) neighbour.fetched(bob, alice)
  assert.deepEqual(await desk.told(), [`probe ${ALICE} > ${BOB}`])
})

for (const [condition, status] of [
  ['item-not-found', 604],
  ['gone', 410],
  ['forbidden', 603],
  ['not-allowed', 403],
  ['not-authorized', 403],
] as const) {
  test(`RFC 6121 §3.1.2, RFC 7247 §7.1: ${condition} in answer to subscribe is a refusal`, async () => {
    const desk = await createPairsDesk()
    desk.control.neighbour.subscribed(bob, alice)
    desk.receive('error', BOB, ALICE, 'subscribe', condition)
    assert.equal(desk.relation(), 'refused/none')
    assert.equal(desk.control.neighbour.handling(bob, alice), 'block')
    assert.equal(desk.control.neighbour.refusal(bob, alice), status)
  })
}

test('who has refused in person is 403 to SIP, whatever was said of him before', async () => {
  const desk = await createPairsDesk()
  desk.control.neighbour.subscribed(bob, alice)
  desk.receive('error', BOB, ALICE, 'subscribe', 'item-not-found')
  desk.control.ask(alice, bob, 'insists')
  desk.receive('unsubscribed', BOB, ALICE)
  assert.equal(desk.control.neighbour.refusal(bob, alice), 403)
})

test('who has refused her and is let see her, as he asks himself, may be asked again', async () => {
  const desk = await createPairsDesk()
  desk.control.neighbour.subscribed(bob, alice)
  desk.receive('unsubscribed', BOB, ALICE)
  assert.equal(desk.control.neighbour.handling(bob, alice), 'block')
  desk.receive('subscribe', BOB, ALICE)
  assert.equal(desk.control.neighbour.handling(bob, alice), 'block')
  await desk.stand(alice, {
    ...{ state: 'active', document: undefined },
    ...{ handling: 'allow', showsIcon: true },
  })
  assert.equal(desk.relation(), 'none/granted')
  assert.equal(desk.control.neighbour.handling(bob, alice), 'confirm')
})

for (const condition of [
  'remote-server-not-found',
  'remote-server-timeout',
  'resource-constraint',
] as const) {
  test(`RFC 6121 §3.1.2: after ${condition} the subscribe is sent again, later and later`, async () => {
    const desk = await createPairsDesk()
    desk.control.neighbour.subscribed(bob, alice)
    await desk.told()
    const sentIn: number[] = []
    desk.receive('error', BOB, ALICE, 'subscribe', condition)
    for (let minute = 0; minute < 600; minute++) {
      await desk.stepMinutes(1)
      const told = await desk.told()
      if (told.length === 0) continue
      assert.deepEqual(told, [`subscribe ${ALICE} > ${BOB}`])
      sentIn.push(minute)
      desk.receive('error', BOB, ALICE, 'subscribe', condition)
    }
    const gaps = sentIn.map((minute, at) => minute - (sentIn[at - 1] ?? 0))
    assert.ok(gaps[0]! <= 2 && gaps[3]! >= 8 && gaps.every((gap) => gap <= 76), gaps.join())
    assert.ok(sentIn.length >= 10 && sentIn.length <= 15, gaps.join())
    desk.receive('subscribed', BOB, ALICE)
    await desk.told()
    await desk.stepMinutes(120)
    assert.deepEqual(await desk.told(), [])
  })
}

test('RFC 6120 §8.3.1: an error in answer to presence makes the contact offline, and is not answered', async () => {
  const desk = await createPairsDesk()
  await granted(desk)
  const set = (name: string) => {
    desk.control.setResource(desk.pair()!, name, resource(name))
  }
  for (const name of ['a', 'b', 'c']) set(name)
  desk.takeNews()
  desk.receive('error', `${BOB}/a`, ALICE, undefined, 'service-unavailable')
  assert.deepEqual([...desk.pair()!.resources.keys()], ['b', 'c'])
  desk.receive('error', BOB, ALICE, undefined, 'remote-server-not-found')
  assert.equal(desk.pair()!.resources.size, 0)
  assert.deepEqual(desk.takeNews(), [`gone ${BOB}/a`, `gone ${BOB}/b`, `gone ${BOB}/c`])
  assert.deepEqual(await desk.told(), [])
  assert.equal(desk.relation(), 'granted/none')
})

test('RFC 6121 §4.6: resources are kept of contacts who let the user see them, of each 64', async () => {
  const desk = await createPairsDesk()
  desk.control.neighbour.subscribed(bob, alice)
  const pair = desk.pair()!
  desk.control.setResource(pair, 'desk', resource('desk'))
  assert.equal(pair.resources.size, 0)
  desk.receive('subscribed', BOB, ALICE)
  for (let n = 0; n < 100; n++) desk.control.setResource(pair, `r${n}`, resource(`r${n}`))
  assert.equal(pair.resources.size, 64)
  await desk.told()
  desk.takeNews()
  desk.control.setResource(pair, 'r7', resource('r7'))
  desk.control.setResource(pair, 'r8', { ...resource('r8'), show: 'away' })
  assert.deepEqual(desk.takeNews(), [`changed ${BOB}/r8`])
  desk.receive('unsubscribed', BOB, ALICE)
  assert.equal(pair.resources.size, 0)
})

test('RFC 5025 §3.2.1: a contact who hides from one user is polite to her until she sees him', async () => {
  const desk = await createPairsDesk()
  const { neighbour, setResource, settle } = desk.control
  await granted(desk)
  await granted(desk, fiona, 'fiona@far.example')
  settle(bob)
  assert.equal(neighbour.handling(bob, alice), 'allow')
  setResource(desk.pair(fiona)!, 'desk', resource('desk'))
  settle(bob)
  assert.equal(neighbour.handling(bob, alice), 'polite-block')
  assert.equal(neighbour.handling(bob, fiona), 'allow')
  assert.deepEqual(desk.reconsidered, [bob])
  setResource(desk.pair()!, 'desk', resource('desk'))
  settle(bob)
  settle(bob)
  assert.equal(neighbour.handling(bob, alice), 'allow')
  assert.deepEqual(desk.reconsidered, [bob, bob])
})
