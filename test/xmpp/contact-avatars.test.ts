/** The picture of an XMPP contact becomes his status icon: heard of in each way, fetched once, gone when he takes it away. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { xmlElement } from '../../core/documents/xml-element.ts'
import { sampleImage } from '../images/sample-images.ts'
import { announced, base64, EARLY, metadata, openContactDesk, sha1, TODAY } from './contact-desk.ts'
import { bob } from './manual-pairs.ts'
import { parseAor } from '../../core/uri/aor.ts'

const dave = parseAor('sip:dave@sip.example')!

test('XEP-0084 §3.3: an event brings the picture from the data node, byte for byte where nothing is to be taken away', async (t) => {
  const desk = await openContactDesk(t)
  const picture = await sampleImage('png', 64, 64)
  const { pairs, events } = desk.begin()
  const server = desk.server()
  pairs.set()
  await desk.work.idle()
  server.publish(picture)
  events.item(announced(picture))
  assert.deepEqual(await desk.shown(), Buffer.from(picture))
  assert.deepEqual(desk.asked().slice(3), [TODAY.data])
  const { from, to } = desk.streams.requests[0]!
  assert.deepEqual({ from, to }, { from: 'alice@sip.example', to: 'bob@xmpp.example' })
})

test('RFC 4482 §3.4: the stored icon has an unguessable token, and is gone by it when the contact takes it away', async (t) => {
  const desk = await openContactDesk(t)
  const picture = await sampleImage('png', 64, 64)
  const { pairs, events } = desk.begin()
  desk.server().publish(picture)
  pairs.set()
  await desk.work.idle()
  const { token } = (await desk.store.documents.currentIcon(bob))!
  assert.match(token, /^[\w-]{22}$/)
  events.item(metadata(TODAY.metadata))
  await desk.work.idle()
  desk.clock.advance(2_000)
  await desk.work.idle()
  assert.equal(await desk.store.documents.iconByToken(token), undefined)
})

const REMOVALS = {
  'empty metadata (XEP-0084 §3.5)': (events: Events) => {
    events.item(metadata(TODAY.metadata))
  },
  '<stop/> (XEP-0084 §3.5, note)': (events: Events) => {
    events.item(metadata(TODAY.metadata, [xmlElement(TODAY.metadata, 'stop')]))
  },
  'a purge (XEP-0060 §8.5)': (events: Events) => {
    events.purge()
  },
  'the retraction of the item (XEP-0060 §7.2)': (events: Events, id: string) => {
    events.retract(id)
  },
}
type Events = ReturnType<Awaited<ReturnType<typeof openContactDesk>>['begin']>['events']

for (const [name, remove] of Object.entries(REMOVALS)) {
  test(`${name} removes the picture 2 seconds later`, async (t) => {
    const desk = await openContactDesk(t)
    const picture = await sampleImage('png', 64, 64)
    const { pairs, events, avatars } = desk.begin()
    desk.server().publish(picture)
    pairs.set()
    assert.ok(await desk.shown())
    remove(events, sha1(picture))
    await desk.work.idle()
    desk.clock.advance(1_999)
    assert.ok(await desk.shown())
    desk.clock.advance(1)
    assert.equal(await desk.shown(), undefined)
    assert.equal(avatars.counts.removed, 1)
  })
}

test('XEP-0060 §7.2: an older item that is retracted takes nothing away', async (t) => {
  const desk = await openContactDesk(t)
  const { pairs, events } = desk.begin()
  desk.server().publish(await sampleImage('png', 64, 64))
  pairs.set()
  await desk.work.idle()
  events.retract('0'.repeat(40))
  await desk.work.idle()
  desk.clock.advance(60_000)
  assert.ok(await desk.shown())
})

test('XEP-0153 §3.2: a hash in presence brings the photo of the vCard, whatever TYPE says and however it is broken into lines', async (t) => {
  const desk = await openContactDesk(t)
  const picture = await sampleImage('jpeg', 64, 64)
  const { pairs } = desk.begin()
  const server = desk.server()
  const pair = pairs.set()
  await desk.work.idle()
  server.photo = base64(picture).replace(/.{76}/g, '$&\r\n ')
  pairs.resource(pair, 'home', { photo: sha1(picture) })
  assert.deepEqual(await desk.shown(), Buffer.from(picture))
  assert.equal((await desk.store.documents.currentIcon(bob))?.icon.mediaType, 'image/jpeg')
})

test('XEP-0153 §4.1: an empty photo removes the picture, an update without one says nothing', async (t) => {
  const desk = await openContactDesk(t)
  const picture = await sampleImage('png', 64, 64)
  const { pairs } = desk.begin()
  const server = desk.server()
  server.photo = base64(picture)
  const pair = pairs.set()
  pairs.resource(pair, 'home', { photo: sha1(picture) })
  assert.ok(await desk.shown())
  pairs.resource(pair, 'home', { photo: undefined })
  await desk.work.idle()
  desk.clock.advance(10_000)
  assert.ok(await desk.shown())
  server.photo = undefined
  pairs.resource(pair, 'home', { photo: 'none' })
  await desk.work.idle()
  desk.clock.advance(2_000)
  assert.equal(await desk.shown(), undefined)
})

test('one change that comes as an event and as a hash in presence is fetched once and written once', async (t) => {
  const desk = await openContactDesk(t)
  const picture = await sampleImage('png', 64, 64)
  const { pairs, events, avatars } = desk.begin()
  const server = desk.server()
  const pair = pairs.set()
  const other = pairs.set({ user: dave })
  await desk.work.idle()
  server.publish(picture)
  server.photo = base64(picture)
  events.item(announced(picture))
  pairs.resource(pair, 'home', { photo: sha1(picture) })
  events.item(announced(picture), { to: 'dave@sip.example/sip' })
  pairs.resource(other, 'home', { photo: sha1(picture) })
  pairs.resource(other, 'phone', { photo: sha1(picture) })
  assert.ok(await desk.shown())
  events.item(announced(picture))
  pairs.resource(pair, 'phone', { photo: sha1(picture) })
  await desk.work.idle()
  assert.equal(avatars.counts.fetched, 1)
  assert.equal(desk.work.writes, 1)
})

test('XEP-0084 wins where the vCard has another picture', async (t) => {
  const desk = await openContactDesk(t)
  const [published, old] = [await sampleImage('png', 64, 64), await sampleImage('png', 32, 32)]
  const { pairs, events } = desk.begin()
  const server = desk.server()
  const pair = pairs.set()
  await desk.work.idle()
  server.publish(published)
  server.photo = base64(old)
  pairs.resource(pair, 'home', { photo: sha1(old) })
  events.item(announced(published))
  assert.deepEqual(await desk.shown(), Buffer.from(published))
  pairs.resource(pair, 'phone', { photo: 'none' })
  await desk.work.idle()
  pairs.resource(pair, 'phone', { photo: sha1(old) })
  await desk.work.idle()
  desk.clock.advance(10_000)
  assert.deepEqual(await desk.shown(), Buffer.from(published))
  const asked = desk.asked().length
  for (const resource of ['phone', 'home']) pairs.resource(pair, resource, { photo: sha1(old) })
  await desk.work.idle()
  assert.equal(desk.asked().length, asked, 'the same hash again is no news')
})

test('a server that purges before it publishes: the picture is replaced, and never gone', async (t) => {
  const desk = await openContactDesk(t)
  const [before, after] = [await sampleImage('png', 64, 64), await sampleImage('png', 32, 32)]
  const { pairs, events, avatars } = desk.begin()
  const server = desk.server()
  server.publish(before)
  pairs.set()
  await desk.work.idle()
  server.publish(after)
  events.purge()
  await desk.work.idle()
  desk.clock.advance(1_500)
  assert.deepEqual(await desk.shown(), Buffer.from(before))
  events.item(announced(after))
  assert.deepEqual(await desk.shown(), Buffer.from(after))
  desk.clock.advance(10_000)
  await desk.work.idle()
  assert.equal(avatars.counts.removed, 0)
  assert.equal(desk.work.writes, 2)
})

test('early XEP-0084: the picture comes from the early nodes, and <stop/> takes it away', async (t) => {
  const desk = await openContactDesk(t)
  const picture = await sampleImage('png', 64, 64)
  const { pairs, events } = desk.begin()
  const server = desk.server()
  pairs.set()
  await desk.work.idle()
  server.publish(picture, EARLY)
  events.item(announced(picture, EARLY))
  assert.deepEqual(await desk.shown(), Buffer.from(picture))
  events.item(metadata(EARLY.metadata, [xmlElement(EARLY.metadata, 'stop')]))
  await desk.work.idle()
  desk.clock.advance(2_000)
  assert.equal(await desk.shown(), undefined)
})

test('early XEP-0084: a client that stops there says nothing of what another publishes today', async (t) => {
  const desk = await openContactDesk(t)
  const { pairs, events } = desk.begin()
  desk.server().publish(await sampleImage('png', 64, 64))
  pairs.set()
  await desk.work.idle()
  events.item(metadata(EARLY.metadata, [xmlElement(EARLY.metadata, 'stop')]))
  await desk.work.idle()
  desk.clock.advance(10_000)
  assert.ok(await desk.shown())
})

test('events are heard only of contacts whom the user may see, from their bare address', async (t) => {
  const desk = await openContactDesk(t)
  const picture = await sampleImage('png', 64, 64)
  desk.server().publish(picture)
  const { pairs, avatars, events } = desk.begin()
  pairs.set({ to: 'asked' })
  events.item(announced(picture))
  events.item(announced(picture), { to: 'stranger@sip.example' })
  events.item(announced(picture), { to: 'sip.example' })
  events.take([])
  events.take([xmlElement('urn:other', 'items')])
  assert.equal(await desk.shown(), undefined)
  assert.deepEqual(desk.asked(), [])
  assert.equal(avatars.counts.fetched, 0)
})

test('XEP-0163 §4.3.1: an event from a device of the contact, not from his account, is not heard', async (t) => {
  const desk = await openContactDesk(t)
  const picture = await sampleImage('png', 64, 64)
  const { pairs, events } = desk.begin()
  pairs.set()
  await desk.work.idle()
  desk.server().publish(picture)
  events.item(announced(picture), { resource: 'desk' })
  assert.equal(await desk.shown(), undefined)
  events.item(announced(picture))
  assert.ok(await desk.shown())
})

test('a picture of which the vCard has a new one already, and a lagging resource an old hash, stays', async (t) => {
  const desk = await openContactDesk(t)
  const picture = await sampleImage('png', 64, 64)
  const { pairs } = desk.begin()
  desk.server().photo = base64(picture)
  const pair = pairs.set()
  await desk.work.idle()
  pairs.resource(pair, 'old', { photo: 'f'.repeat(40) })
  for (const pause of [0, 2_000, 8_000, 60_000]) {
    desk.clock.advance(pause)
    await desk.work.idle()
  }
  assert.deepEqual(await desk.shown(), Buffer.from(picture))
})
