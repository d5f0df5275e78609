/** When contacts are asked for their pictures, how often, and what outlives a restart. */
import assert from 'node:assert/strict'
import { setImmediate } from 'node:timers/promises'
import { test } from 'node:test'
import { attributeOf, elementsOf } from '../../core/documents/xml-element.ts'
import { PRES_CONTENT } from '../../core/model/document-id.ts'
import { StanzaError } from '../../xmpp-gateway/stanza-error.ts'
import { sampleImage } from '../images/sample-images.ts'
import { announced, base64, EARLY, openContactDesk, sha1, TODAY } from './contact-desk.ts'
import { alice, bob, carol } from './manual-pairs.ts'
import { parseAor, type Aor } from '../../core/uri/aor.ts'

/** Who is there to be asked is subscribed to as well. */
const METADATA = [TODAY.metadata, `subscribe ${TODAY.metadata}`]
const iconOf = (tree: Aor) => ({ auid: PRES_CONTENT, tree, path: 'oma_status-icon/xmpp-avatar' })
const dave = parseAor('sip:dave@sip.example')!

test('when the user may see the contact, and when the stream is up again, he is asked: today’s node, the early one, the vCard', async (t) => {
  const desk = await openContactDesk(t)
  const { pairs } = desk.begin()
  const server = desk.server()
  pairs.set({ to: 'asked' })
  await desk.work.idle()
  assert.deepEqual(desk.asked(), [])
  pairs.set()
  await desk.work.idle()
  assert.deepEqual(desk.asked(), [TODAY.metadata, EARLY.metadata, 'vCard'])
  server.photo = base64(await sampleImage('gif', 64, 64))
  desk.streams.setOnline('sip.example', false)
  desk.streams.setOnline('sip.example', true)
  assert.ok(await desk.shown())
  const again = [TODAY.metadata, EARLY.metadata, 'vCard', `subscribe ${TODAY.metadata}`]
  assert.deepEqual(desk.asked().slice(3), again)
})

test('a contact who comes without a word of a picture is asked once, however many users see it', async (t) => {
  const desk = await openContactDesk(t)
  const { pairs } = desk.begin()
  const picture = await sampleImage('png', 64, 64)
  const server = desk.server()
  const [one, two] = [pairs.set({ from: 'none' }), pairs.set({ user: dave, from: 'none' })]
  await desk.work.idle()
  desk.clock.advance(120_000)
  server.publish(picture)
  pairs.resource(one, 'home', {})
  await desk.work.idle()
  pairs.resource(two, 'home', {})
  pairs.resource(one, 'phone', {})
  assert.deepEqual(await desk.shown(), Buffer.from(picture))
  assert.deepEqual(desk.asked().slice(3), [...METADATA, TODAY.data])
})

test('after a restart what is stored is not fetched again, and what was taken away meanwhile goes', async (t) => {
  const desk = await openContactDesk(t)
  // Made smaller, so that its own hash is another than the announced one.
  const picture = await sampleImage('png', 400, 300)
  const server = desk.server()
  server.publish(picture)
  const first = desk.begin()
  first.pairs.set()
  const small = await desk.shown()
  assert.ok(small)
  first.avatars.close()
  const second = desk.begin()
  const pair = second.pairs.set()
  second.pairs.resource(pair, 'home', { photo: sha1(picture) })
  await desk.work.idle()
  assert.deepEqual(desk.asked(), [...METADATA, TODAY.data, ...METADATA])
  assert.equal(desk.work.writes, 1)
  second.avatars.close()
  server.nodes.clear()
  const third = desk.begin()
  third.pairs.set()
  await desk.work.idle()
  desk.clock.advance(2_000)
  assert.equal(await desk.shown(), undefined)
})

test('the picture goes when nobody may see the contact any more, and nobody else’s does', async (t) => {
  const desk = await openContactDesk(t)
  const picture = await sampleImage('png', 64, 64)
  for (const contact of [bob, carol]) desk.server(contact).publish(picture)
  const { pairs, events } = desk.begin()
  pairs.set()
  pairs.set({ user: dave })
  pairs.set({ contact: carol })
  assert.ok(await desk.shown(bob))
  assert.ok(await desk.shown(carol))
  pairs.remove(alice, bob)
  assert.ok(await desk.shown(bob), 'dave sees him')
  pairs.set({ user: dave, to: 'refused' })
  assert.equal(await desk.shown(bob), undefined)
  assert.ok(await desk.shown(carol))
  events.item(announced(picture), { to: 'dave@sip.example' })
  assert.equal(await desk.shown(bob), undefined)
})

test('a picture that was left when the gateway was killed goes at the next start, those of others stay', async (t) => {
  const desk = await openContactDesk(t)
  const picture = await sampleImage('png', 64, 64)
  for (const contact of [bob, carol]) desk.server(contact).publish(picture)
  const first = desk.begin()
  first.pairs.set()
  first.pairs.set({ contact: carol })
  assert.ok(await desk.shown(bob))
  assert.ok(await desk.shown(carol))
  first.avatars.close()
  // The user has an icon under the same name, which is her own.
  const document = await desk.store.documents.get(iconOf(bob))
  const { icon } = (await desk.store.documents.currentIcon(bob))!
  const own = { ...document!, icon: { ...icon, bytes: picture, token: 'her-own' } }
  await desk.store.documents.put(iconOf(alice), own, {})
  desk.begin().pairs.set({ contact: carol })
  const gone = async () => (await desk.shown(bob)) === undefined
  for (let turn = 0; turn < 1_000 && !(await gone()); turn++) await setImmediate()
  assert.ok(await gone())
  assert.ok(await desk.shown(carol))
  assert.ok(await desk.shown(alice))
})

test('a picture that is no longer wanted when it has come is not stored', async (t) => {
  const desk = await openContactDesk(t)
  const [first, second] = [await sampleImage('png', 64, 64), await sampleImage('png', 32, 32)]
  const { pairs, events, avatars } = desk.begin()
  const server = desk.server()
  pairs.set()
  await desk.work.idle()
  server.publish(first)
  events.item(announced(first))
  server.publish(second)
  events.item(announced(second))
  assert.deepEqual(await desk.shown(), Buffer.from(second))
  assert.equal(avatars.counts.stored, 1)
  events.item(announced(first))
  pairs.remove(alice, bob)
  assert.equal(await desk.shown(), undefined)
})

test('a server that does not answer is asked three times, with pauses; what was shown stays', async (t) => {
  const desk = await openContactDesk(t)
  const [before, after] = [await sampleImage('png', 64, 64), await sampleImage('png', 32, 32)]
  const { pairs, events, avatars } = desk.begin()
  desk.server().publish(before)
  pairs.set()
  await desk.work.idle()
  desk.streams.answer('bob@xmpp.example', 'http://jabber.org/protocol/pubsub', () => {
    throw new StanzaError('remote-server-timeout', 'wait')
  })
  events.item(announced(after))
  for (const pause of [0, 2_000, 8_000, 3_600_000]) {
    desk.clock.advance(pause)
    await desk.work.idle()
  }
  assert.equal(avatars.counts.fetched, 1 + 3)
  assert.deepEqual(await desk.shown(), Buffer.from(before))
  desk.server().publish(after)
  events.item(announced(after))
  assert.deepEqual(await desk.shown(), Buffer.from(after), 'the next word of it is news')
})

test('XEP-0060 §6.1: events are subscribed to in the name of one user, of another when the first is lost', async (t) => {
  const desk = await openContactDesk(t)
  const { pairs } = desk.begin()
  desk.server().publish(await sampleImage('png', 64, 64))
  pairs.set()
  pairs.set({ user: dave })
  await desk.work.idle()
  pairs.set({ to: 'refused' })
  await desk.work.idle()
  const subscribed = desk.streams.requests.flatMap(({ type, from, child }) => {
    const [subscribe] = elementsOf(child)
    return type === 'set' && subscribe ? [[from, attributeOf(subscribe, 'jid')]] : []
  })
  const [first, second] = ['alice@sip.example', 'dave@sip.example']
  assert.deepEqual(subscribed, [
    [first, first],
    [second, second],
  ])
  assert.ok(await desk.shown())
})

test('nobody is asked while no stream is up; when one is, everybody is', async (t) => {
  const desk = await openContactDesk(t)
  const picture = await sampleImage('png', 64, 64)
  desk.server().publish(picture)
  desk.streams.setOnline('sip.example', false)
  const { pairs } = desk.begin()
  pairs.set()
  await desk.work.idle()
  desk.clock.advance(3_600_000)
  await desk.work.idle()
  assert.deepEqual(desk.asked(), [])
  desk.streams.setOnline('sip.example', true)
  assert.deepEqual(await desk.shown(), Buffer.from(picture))
})

test('a flood of new hashes costs one fetch that runs and one that waits, a few at once and then one in 5 seconds', async (t) => {
  const desk = await openContactDesk(t)
  const { pairs, events, avatars } = desk.begin()
  const server = desk.server()
  pairs.set()
  await desk.work.idle()
  const pictures = await Promise.all(
    Array.from({ length: 50 }, (_, index) => sampleImage('png', 20 + index, 20)),
  )
  for (let round = 0; round < 20; round++) {
    for (const picture of pictures) events.item(announced(picture))
    await desk.work.idle()
  }
  assert.ok(avatars.counts.fetched <= 7, `${avatars.counts.fetched} fetches`)
  const last = pictures.at(-1)!
  server.publish(last)
  desk.clock.advance(40_000)
  await desk.work.idle()
  events.item(announced(last))
  desk.clock.advance(10_000)
  assert.deepEqual(await desk.shown(), Buffer.from(last), 'the newest is what remains')
})

test('few contacts are asked at the same time, and all in the end', async (t) => {
  const desk = await openContactDesk(t)
  const { pairs, avatars } = desk.begin()
  let [now, most] = [0, 0]
  const contacts = Array.from({ length: 100 }, (_, index) =>
    parseAor(`sip:c${index}@xmpp.example`)!,
  )
  for (const contact of contacts) {
    desk.streams.answer(contact.slice(4), 'http://jabber.org/protocol/pubsub', async () => {
      most = Math.max(most, ++now)
      await setImmediate()
      now--
      throw new StanzaError('item-not-found', 'cancel')
    })
    desk.streams.answer(contact.slice(4), 'vcard-temp', () => {
      throw new StanzaError('service-unavailable', 'cancel')
    })
    pairs.set({ contact })
  }
  await desk.work.idle()
  assert.equal(avatars.counts.asked, 100)
  assert.equal(most, 16)
})

test('nothing is written after the end', async (t) => {
  const desk = await openContactDesk(t)
  const picture = await sampleImage('png', 64, 64)
  desk.server().publish(picture)
  const { pairs, avatars, events } = desk.begin()
  pairs.set()
  avatars.close()
  events.item(announced(picture))
  pairs.set({ user: dave })
  await desk.work.idle()
  desk.clock.advance(60_000)
  await desk.work.idle()
  assert.equal(desk.work.writes, 0)
})
