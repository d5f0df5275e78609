/** The nodes of a user's avatar, as contacts fetch from them. */
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { attributeOf, elementsOf, textOf } from '../../core/documents/xml-element.ts'
import { measure } from '../../core/images/image-measure.ts'
import { sampleImage } from '../images/sample-images.ts'
import { shownAll } from './manual-pairs.ts'
import { openServicesDesk, tree } from './services-desk.ts'

const PUBSUB = 'http://jabber.org/protocol/pubsub'
const TODAY = { metadata: 'urn:xmpp:avatar:metadata', data: 'urn:xmpp:avatar:data' }
const EARLY = {
  metadata: 'http://jabber.org/protocol/avatar#metadata',
  data: 'http://jabber.org/protocol/avatar#data',
}
const REQUIRED = 'auth not-authorized presence-subscription-required'

function items(node: string, ...ids: string[]): string {
  const wanted = ids.map((id) => `<item id='${id}'/>`).join('')
  return `<pubsub xmlns='${PUBSUB}'><items node='${node}'>${wanted}</items></pubsub>`
}

function pubsub(content: string, namespace = PUBSUB): string {
  return `<pubsub xmlns='${namespace}'>${content}</pubsub>`
}

/** The one item of the node. */
function itemOf(answer: string) {
  const [list] = elementsOf(tree(answer))
  const [item, second] = elementsOf(list!)
  assert.equal(second, undefined)
  const [payload] = elementsOf(item!)
  return { node: attributeOf(list!, 'node'), id: attributeOf(item!, 'id'), payload: payload! }
}

for (const [form, nodes] of Object.entries({ 'today’s': TODAY, 'the early': EARLY })) {
  test(`XEP-0084 §4: metadata and data in ${form} form are of one PNG`, async (t) => {
    const { ask, pairs, icons } = await openServicesDesk(t)
    await icons.put(await sampleImage('jpeg', 600, 400))
    pairs.set()
    const metadata = itemOf(await ask(items(nodes.metadata)))
    assert.deepEqual([metadata.node, metadata.payload.namespace], [nodes.metadata, nodes.metadata])
    const [info, second] = elementsOf(metadata.payload)
    assert.equal(second, undefined)
    const told = Object.fromEntries(info!.attributes.map(({ name, value }) => [name, value]))
    for (const request of [items(nodes.data), items(nodes.data, metadata.id!)]) {
      const data = itemOf(await ask(request))
      assert.deepEqual([data.payload.namespace, data.payload.attributes], [nodes.data, []])
      assert.match(textOf(data.payload), /^[A-Za-z0-9+/]+=*$/)
      const png = Buffer.from(textOf(data.payload), 'base64')
      const id = createHash('sha1').update(png).digest('hex')
      assert.deepEqual([data.id, metadata.id], [id, id])
      const image = measure(png)
      assert.ok(image.ok && image.mediaType === 'image/png')
      const { width, height } = image
      assert.deepEqual(told, {
        ...{ id, bytes: String(png.length), type: 'image/png' },
        ...{ width: String(width), height: String(height) },
      })
    }
  })
}

test('XEP-0060 §6.5.8: an item of another id is not found, an old one is gone', async (t) => {
  const { ask, refused, pairs, icons } = await openServicesDesk(t)
  await icons.put(await sampleImage('png', 40, 40))
  pairs.set()
  const { id: old = '' } = itemOf(await ask(items(TODAY.metadata)))
  assert.equal(itemOf(await ask(items(TODAY.data, 'other', old))).id, old)
  await icons.put(await sampleImage('png', 50, 50))
  for (const node of [TODAY.metadata, TODAY.data, EARLY.data]) {
    assert.equal(await refused(items(node, old)), 'cancel item-not-found')
  }
  assert.notEqual(itemOf(await ask(items(TODAY.metadata))).id, old)
})

test('XEP-0060 §6.5.7: a node has one item, however many are wanted', async (t) => {
  const { ask, pairs, icons } = await openServicesDesk(t)
  await icons.put(await sampleImage('png', 40, 40))
  pairs.set()
  const request = pubsub(`<items node='${TODAY.metadata}' max_items='10'/>`)
  assert.equal(itemOf(await ask(request)).node, TODAY.metadata)
})

test('XEP-0084 §3.5: without a picture the metadata is empty, or stops in the early form, and there is no data', async (t) => {
  const { ask, refused, pairs } = await openServicesDesk(t)
  pairs.set()
  assert.deepEqual(itemOf(await ask(items(TODAY.metadata))).payload.children, [])
  const [stop] = elementsOf(itemOf(await ask(items(EARLY.metadata))).payload)
  assert.deepEqual([stop?.name, stop?.namespace], ['stop', EARLY.metadata])
  const none = `<pubsub xmlns="${PUBSUB}"><items node="${TODAY.data}"/></pubsub>`
  assert.equal(await ask(items(TODAY.data)), none)
  assert.equal(await refused(items(TODAY.data, 'x')), 'cancel item-not-found')
})

test('E6: a picture that the rules hide is none', async (t) => {
  const { ask, pairs, icons } = await openServicesDesk(t)
  await icons.put(await sampleImage('png', 40, 40))
  for (const standing of [
    { ...shownAll, showsIcon: false },
    { ...shownAll, handling: 'polite-block' } as const,
  ]) {
    pairs.set({ standing })
    assert.deepEqual(itemOf(await ask(items(TODAY.metadata))).payload.children, [])
  }
})

test('XEP-0060 §6.5.9.6: access model presence: who was not let in gets neither items nor anything else', async (t) => {
  const { refused, pairs, icons } = await openServicesDesk(t)
  await icons.put(await sampleImage('png', 40, 40))
  for (const from of ['none', 'asked', 'refused'] as const) {
    pairs.set({ from })
    for (const node of [TODAY.metadata, TODAY.data, EARLY.metadata, EARLY.data, 'other']) {
      assert.equal(await refused(items(node)), REQUIRED)
    }
    const subscribe = pubsub(`<subscribe node='${TODAY.metadata}' jid='bob@xmpp.example'/>`)
    assert.equal(await refused(subscribe, { type: 'set' }), REQUIRED)
  }
  const carol = { from: 'carol@xmpp.example/x' }
  assert.equal(await refused(items(TODAY.data), carol), REQUIRED)
  const nobody = { to: 'nobody@sip.example' }
  assert.equal(await refused(items(TODAY.data), nobody), 'cancel item-not-found')
})

test('XEP-0060: a contact changes nothing, and gets the error of what it asked for', async (t) => {
  const { refused, pairs, icons, ask } = await openServicesDesk(t)
  await icons.put(await sampleImage('png', 40, 40))
  pairs.set()
  const node = `node='${TODAY.metadata}'`
  const unsupported = 'cancel feature-not-implemented unsupported'
  const rows: ['get' | 'set', string, string][] = [
    ['set', `<publish ${node}><item/></publish>`, 'auth forbidden'],
    ['set', `<retract ${node}><item id='x'/></retract>`, 'auth forbidden'],
    ['set', `<create ${node}/>`, 'auth forbidden'],
    ['set', `<subscribe ${node} jid='bob@xmpp.example'/>`, `${unsupported} subscribe`],
    [
      'set',
      `<unsubscribe ${node} jid='bob@xmpp.example'/>`,
      'cancel unexpected-request not-subscribed',
    ],
    ['get', `<options ${node}/>`, `${unsupported} subscription-options`],
    ['get', '<subscriptions/>', `${unsupported} retrieve-subscriptions`],
    ['get', '<affiliations/>', `${unsupported} retrieve-affiliations`],
    ['get', '<items/>', 'modify bad-request nodeid-required'],
    ['get', "<items node='urn:xmpp:mood'/>", 'cancel item-not-found'],
    ['get', '<constructor/>', 'modify bad-request'],
    ['set', `<items ${node}/>`, 'modify bad-request'],
    ['get', '', 'modify bad-request'],
  ]
  for (const [type, content, error] of rows) {
    assert.equal(await refused(pubsub(content), { type }), error, content)
  }
  for (const content of [`<configure ${node}/>`, `<delete ${node}/>`, `<purge ${node}/>`]) {
    assert.equal(
      await refused(pubsub(content, `${PUBSUB}#owner`), { type: 'set' }),
      'auth forbidden',
    )
  }
  assert.equal(elementsOf(itemOf(await ask(items(TODAY.metadata))).payload).length, 1)
})

test('events are of accounts: the domain and devices have no nodes', async (t) => {
  const { refused, pairs } = await openServicesDesk(t)
  pairs.set()
  for (const to of ['sip.example', 'alice@sip.example/sip']) {
    assert.equal(await refused(items(TODAY.metadata), { to }), 'cancel service-unavailable')
  }
})
