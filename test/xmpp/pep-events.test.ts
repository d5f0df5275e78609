/** Events of a user's avatar: which resources of contacts get them, when, and once. */
import assert from 'node:assert/strict'
import { setImmediate } from 'node:timers/promises'
import { test, type TestContext } from 'node:test'
import { attributeOf, elementsOf, type XmlElement } from '../../core/documents/xml-element.ts'
import { DISCO_INFO } from '../../xmpp-gateway/disco/disco-info.ts'
import { verificationString } from '../../xmpp-gateway/disco/verification-string.ts'
import type { Pair } from '../../xmpp-gateway/pair.ts'
import { stanza } from '../../xmpp-gateway/stanza.ts'
import { sampleImage } from '../images/sample-images.ts'
import { alice, bob, carol, shownAll } from './manual-pairs.ts'
import { openServicesDesk, tree } from './services-desk.ts'

const TODAY = 'urn:xmpp:avatar:metadata'
const EARLY = 'http://jabber.org/protocol/avatar#metadata'

/** Software with these features, and the hash that it says in its presence. */
function software(...features: string[]) {
  const ver = verificationString({ identities: [], features, forms: [] })!
  const parts = features.map((feature) => `<feature var="${feature}"/>`).join('')
  return {
    capabilities: { node: 'http://code.example', hash: 'sha-1', ver },
    query: tree(`<query xmlns="${DISCO_INFO}">${parts}</query>`),
  }
}

const modern = software('x', `${TODAY}+notify`)
const old = software('x', `${EARLY}+notify`)
const both = software(`${TODAY}+notify`, `${EARLY}+notify`)
const plain = software('x', TODAY)

type Software = typeof modern

interface Told {
  to: string | undefined
  node: string | undefined
  id: string | undefined
  payload: XmlElement
}

async function openEvents(t: TestContext) {
  const desk = await openServicesDesk(t)
  const { pairs, streams, avatars, icons, clock } = desk
  return {
    ...desk,
    pairs: {
      ...pairs,
      /** Let in since the gateway has started. */
      set: (wanted: Parameters<typeof pairs.set>[0] = {}) =>
        pairs.set({ fromSince: clock.now(), ...wanted }),
    },
    comes: (pair: Pair, name: string, { capabilities, query }: Software, priority = 0) => {
      const jid = `${pair.contactJid}/${name}`
      streams.answer(jid, DISCO_INFO, () =>
        stanza('iq', { from: jid, to: pair.userJid, type: 'result' }, [query]),
      )
      pairs.resource(pair, name, { capabilities, priority })
    },
    /** Stores a picture of that size, and gives its id when it is known. */
    put: async (pair: Pair, side: number) => {
      await icons.put(await sampleImage('png', side, side), pair.record.user)
      return (await avatars.picture(pair))?.avatar.id
    },
    /** What has been sent since the last time. */
    told: async (): Promise<Told[]> => {
      for (let turn = 0; turn < 10; turn++) await setImmediate()
      return streams.takeStanzas().map(toldBy)
    },
  }
}

function toldBy(message: XmlElement): Told {
  assert.equal(message.name, 'message')
  assert.equal(attributeOf(message, 'type'), 'headline')
  assert.equal(attributeOf(message, 'from'), 'alice@sip.example')
  const [event, further] = elementsOf(message)
  assert.equal(event?.namespace, 'http://jabber.org/protocol/pubsub#event')
  assert.equal(further, undefined)
  const [items] = elementsOf(event)
  const [item] = elementsOf(items!)
  const [payload] = elementsOf(item!)
  return {
    to: attributeOf(message, 'to'),
    node: attributeOf(items!, 'node'),
    id: attributeOf(item!, 'id'),
    payload: payload!,
  }
}

/** In the order of the addresses: software answers when it likes. */
const summary = (events: readonly Told[]) =>
  events.map(({ to, node, id }) => [to, node, id]).sort((a, b) => (a[0]! < b[0]! ? -1 : 1))

test('XEP-0163 §4.2: only resources whose software wants events get them, and in which form it says', async (t) => {
  const { pairs, comes, put, told } = await openEvents(t)
  const pair = pairs.set()
  const id = await put(pair, 40)
  const jid = (name: string) => `bob@xmpp.example/${name}`
  comes(pair, 'plain', plain)
  assert.deepEqual(await told(), [])
  comes(pair, 'modern', modern)
  assert.deepEqual(summary(await told()), [[jid('modern'), TODAY, id]])
  comes(pair, 'old', old)
  const [early] = await told()
  assert.deepEqual([early?.to, early?.node, early?.id], [jid('old'), EARLY, id])
  assert.equal(early?.payload.namespace, EARLY)
  comes(pair, 'both', both)
  assert.deepEqual(summary(await told()), [
    [jid('both'), TODAY, id],
    [jid('both'), EARLY, id],
  ])
  pairs.resource(pair, 'without capabilities', {})
  assert.deepEqual(await told(), [])
})

test('XEP-0084 §3.3: an event carries the metadata, never the data', async (t) => {
  const { pairs, comes, put, told } = await openEvents(t)
  const pair = pairs.set()
  const id = await put(pair, 40)
  comes(pair, 'home', modern)
  const [event] = await told()
  const [info] = elementsOf(event!.payload)
  assert.deepEqual([event!.payload.name, event!.payload.namespace], ['metadata', TODAY])
  assert.deepEqual(
    ['id', 'type', 'width', 'height'].map((name) => attributeOf(info!, name)),
    [id, 'image/png', '40', '40'],
  )
})

test('XEP-0163 §4.3.4: a resource gets the last item once, however often it says that it is there', async (t) => {
  const { pairs, comes, put, told } = await openEvents(t)
  const pair = pairs.set()
  await put(pair, 40)
  comes(pair, 'home', modern)
  assert.equal((await told()).length, 1)
  for (let at = 0; at < 5; at++) comes(pair, 'home', modern, at)
  pairs.show(pair, shownAll)
  assert.deepEqual(await told(), [])
  // When it has gone and comes again it may have forgotten.
  pairs.resource(pair, 'home', undefined)
  comes(pair, 'home', modern)
  assert.equal((await told()).length, 1)
})

test('a resource that can do more than before gets the last item then', async (t) => {
  const { pairs, comes, put, told } = await openEvents(t)
  const pair = pairs.set()
  await put(pair, 40)
  comes(pair, 'home', plain)
  assert.deepEqual(await told(), [])
  comes(pair, 'home', both)
  assert.equal((await told()).length, 2)
})

test('XEP-0163 §4.3.1: a priority below zero keeps no event away', async (t) => {
  const { pairs, comes, put, told } = await openEvents(t)
  const pair = pairs.set()
  await put(pair, 40)
  comes(pair, 'robot', modern, -1)
  assert.equal((await told()).length, 1)
})

test('E4: a new picture is told to all who want it, the same bytes again to nobody', async (t) => {
  const { pairs, comes, put, told, clock } = await openEvents(t)
  const [pair, carols] = [pairs.set(), pairs.set({ contact: carol })]
  comes(pair, 'a', modern)
  comes(pair, 'b', modern)
  comes(carols, 'c', old)
  assert.deepEqual(await told(), [])
  const id = await put(pair, 40)
  assert.deepEqual(summary(await told()), [
    ['bob@xmpp.example/a', TODAY, id],
    ['bob@xmpp.example/b', TODAY, id],
    ['carol@xmpp.example/c', EARLY, id],
  ])
  clock.advance(5_000)
  await put(pair, 40)
  clock.advance(5_000)
  assert.deepEqual(await told(), [])
})

test('of pictures that follow each other fast, the first is told at once and the last within a second', async (t) => {
  const { pairs, comes, put, told, clock } = await openEvents(t)
  const pair = pairs.set()
  comes(pair, 'home', modern)
  const ids = []
  for (const side of [10, 20, 30, 40]) {
    ids.push(await put(pair, side))
    await told().then((events) => {
      assert.equal(events.length, side === 10 ? 1 : 0)
    })
  }
  clock.advance(1_000)
  assert.deepEqual(summary(await told()), [['bob@xmpp.example/home', TODAY, ids.at(-1)]])
})

test('XEP-0084 §3.5: that the picture has gone is an empty element, in the early form <stop/>, to who has seen one', async (t) => {
  const { pairs, comes, put, told, icons, avatars, clock } = await openEvents(t)
  const [pair, carols] = [pairs.set(), pairs.set({ contact: carol })]
  comes(pair, 'home', modern)
  comes(pair, 'old', old)
  await put(pair, 40)
  assert.equal((await told()).length, 2)
  clock.advance(1_000)
  await icons.remove()
  await avatars.picture(pair)
  const [today, early] = await told()
  assert.deepEqual([today!.to, today!.payload.children], ['bob@xmpp.example/home', []])
  assert.deepEqual(
    elementsOf(early!.payload).map(({ name, namespace }) => [name, namespace]),
    [['stop', EARLY]],
  )
  // Another device of bob may show the old one still; carol’s has never seen it.
  comes(pair, 'new', modern)
  comes(carols, 'new', modern)
  assert.deepEqual(
    (await told()).map(({ to }) => to),
    ['bob@xmpp.example/new'],
  )
})

test('XEP-0084 §3.5: a picture that went while the contact and the gateway were away is withdrawn when he comes', async (t) => {
  const { pairs, comes, told, clock } = await openEvents(t)
  const letInBefore = pairs.set({ fromSince: clock.now() - 1 })
  comes(letInBefore, 'home', modern)
  comes(letInBefore, 'work', modern)
  assert.deepEqual(
    (await told()).map(({ to, payload }) => [to, payload.children]),
    [
      ['bob@xmpp.example/home', []],
      ['bob@xmpp.example/work', []],
    ],
  )
  comes(letInBefore, 'home', modern, 5)
  assert.deepEqual(await told(), [])
})

test('A9, E6: nobody hears of a picture that the rules hide, and it is withdrawn when they change', async (t) => {
  const { pairs, comes, put, told } = await openEvents(t)
  const rows = [
    { from: 'asked', standing: shownAll },
    { from: 'none', standing: shownAll },
    { from: 'granted', standing: { ...shownAll, showsIcon: false } },
    { from: 'granted', standing: { ...shownAll, handling: 'polite-block' } },
    { from: 'granted', standing: { state: 'pending' } },
  ] as const
  for (const row of rows) {
    const pair = pairs.set(row)
    await put(pairs.set({ contact: carol }), 40)
    comes(pair, 'home', modern)
    assert.deepEqual(await told(), [], JSON.stringify(row))
    pairs.remove(alice, bob)
  }
  const pair = pairs.set()
  comes(pair, 'home', modern)
  assert.equal((await told()).length, 1)
  pairs.show(pair, { ...shownAll, showsIcon: false })
  const [withdrawn] = await told()
  assert.deepEqual(withdrawn?.payload.children, [])
  pairs.show(pair, shownAll)
  assert.equal((await told()).length, 1)
})

test('whoever is let in gets the picture, whoever is not any more hears nothing', async (t) => {
  const { pairs, comes, put, told, clock } = await openEvents(t)
  const pair = pairs.set({ from: 'asked' })
  comes(pair, 'home', modern)
  await put(pairs.set({ contact: carol }), 40)
  assert.deepEqual(await told(), [])
  pairs.set()
  assert.equal((await told()).length, 1)
  pairs.set({ from: 'refused' })
  clock.advance(1_000)
  await put(pairs.set({ contact: carol }), 50)
  assert.deepEqual(await told(), [])
})

test('what a contact has missed is told again when all is to be told', async (t) => {
  const { pairs, comes, put, told } = await openEvents(t)
  const pair = pairs.set()
  await put(pair, 40)
  comes(pair, 'home', modern)
  assert.equal((await told()).length, 1)
  pairs.forget(pair)
  pairs.show(pair, shownAll)
  assert.equal((await told()).length, 1)
})

test('a resource that has gone before its software has answered is sent nothing', async (t) => {
  const { pairs, comes, put, told } = await openEvents(t)
  const pair = pairs.set()
  await put(pair, 40)
  comes(pair, 'home', modern)
  pairs.resource(pair, 'home', undefined)
  assert.deepEqual(await told(), [])
})
