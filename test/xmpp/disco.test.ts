/** Who the gateway and its users are, as contacts discover it. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { attributeOf } from '../../core/documents/xml-element.ts'
import { DISCO_INFO, readDiscoInfo } from '../../xmpp-gateway/disco/disco-info.ts'
import { ownCapabilities } from '../../xmpp-gateway/disco/own-capabilities.ts'
import { verificationString } from '../../xmpp-gateway/disco/verification-string.ts'
import { sampleImage } from '../images/sample-images.ts'
import { openServicesDesk, tree } from './services-desk.ts'

const INFO = `<query xmlns='${DISCO_INFO}'/>`
const infoOf = (node: string) => `<query xmlns='${DISCO_INFO}' node='${node}'/>`
const ITEMS = "<query xmlns='http://jabber.org/protocol/disco#items'/>"
const PING = "<ping xmlns='urn:xmpp:ping'/>"

function described(answer: string): { who: string[]; features: readonly string[] } {
  const info = readDiscoInfo(tree(answer))!
  return {
    who: info.identities.map(({ category, type }) => `${category}/${type}`),
    features: info.features,
  }
}

test('XEP-0030 §3: the domain is a gateway, which escapes what JIDs cannot carry', async (t) => {
  const { ask } = await openServicesDesk(t)
  const { who, features } = described(await ask(INFO, { to: 'sip.example' }))
  assert.deepEqual(who, ['gateway/simple'])
  for (const feature of ['jid\\20escaping', 'vcard-temp', DISCO_INFO]) {
    assert.ok(features.includes(feature), feature)
  }
})

test('XEP-0163 §6, XEP-0398 §2: an account has a service for its events, a card and its picture in both', async (t) => {
  const { ask, pairs } = await openServicesDesk(t)
  pairs.set()
  const { who, features } = described(await ask(INFO))
  assert.deepEqual(who, ['account/registered', 'pubsub/pep'])
  for (const feature of [
    'vcard-temp',
    'vcard-temp-filter',
    'urn:xmpp:pep-vcard-conversion:0',
    'http://jabber.org/protocol/pubsub#access-presence',
    'http://jabber.org/protocol/pubsub#filtered-notifications',
    'http://jabber.org/protocol/pubsub#retrieve-items',
  ]) {
    assert.ok(features.includes(feature), feature)
  }
})

test('XEP-0115 §5: the hash in our presence is that of what the device answers', async (t) => {
  const { ask, pairs } = await openServicesDesk(t)
  pairs.set()
  const device = { to: 'alice@sip.example/sip', from: 'bob@xmpp.example' }
  const node = `${ownCapabilities.node}#${ownCapabilities.ver}`
  const answer = tree(await ask(infoOf(node), device))
  assert.equal(attributeOf(answer, 'node'), node)
  assert.equal(verificationString(readDiscoInfo(answer)!), ownCapabilities.ver)
  assert.equal(ownCapabilities.hash, 'sha-1')
  // The same without a node, as old clients ask.
  assert.equal(
    verificationString(readDiscoInfo(tree(await ask(INFO, device)))!),
    ownCapabilities.ver,
  )
})

test('XEP-0163 §4.2: the device wants to hear of contacts’ pictures, in today’s form and the early one', async (t) => {
  const { ask, pairs } = await openServicesDesk(t)
  pairs.set()
  const { who, features } = described(await ask(INFO, { to: 'alice@sip.example/sip' }))
  assert.deepEqual(who, ['client/phone'])
  for (const node of [
    'urn:xmpp:avatar:metadata',
    'http://jabber.org/protocol/avatar#metadata',
    'http://jabber.org/protocol/caps',
  ]) {
    assert.ok(features.includes(node.endsWith('caps') ? node : `${node}+notify`), node)
  }
})

test('XEP-0030 §8: a stranger learns nothing of an account, and nobody is not there', async (t) => {
  const { ask, refused, pairs } = await openServicesDesk(t)
  pairs.set({ from: 'asked' })
  assert.equal(await refused(INFO), 'cancel service-unavailable')
  assert.equal(await refused(INFO, { to: 'alice@sip.example/sip' }), 'cancel service-unavailable')
  assert.equal(await refused(PING, { to: 'alice@sip.example/sip' }), 'cancel service-unavailable')
  assert.equal(await ask(ITEMS), '<query xmlns="http://jabber.org/protocol/disco#items"/>')
  for (const to of ['nobody@sip.example', 'nobody@sip.example/sip']) {
    for (const asked of [INFO, ITEMS, PING]) {
      assert.equal(await refused(asked, { to }), 'cancel item-not-found')
    }
  }
})

test('RFC 6121 §8.5.3.2.3: a device that is none is unavailable', async (t) => {
  const { refused, pairs } = await openServicesDesk(t)
  pairs.set()
  const to = 'alice@sip.example/phone'
  for (const asked of [INFO, ITEMS, PING]) {
    assert.equal(await refused(asked, { to }), 'cancel service-unavailable')
  }
})

test('XEP-0030 §7: a node that is none is not found', async (t) => {
  const { refused, pairs } = await openServicesDesk(t)
  pairs.set()
  for (const to of ['sip.example', 'alice@sip.example', 'alice@sip.example/sip']) {
    assert.equal(await refused(infoOf('other'), { to }), 'cancel item-not-found')
  }
})

test('XEP-0084 §6.1: the nodes of a picture are among the items of an account as long as there is one', async (t) => {
  const { ask, pairs, icons } = await openServicesDesk(t)
  pairs.set()
  const nodes = async () =>
    [...(await ask(ITEMS)).matchAll(/node="([^"]*)"/g)].map(([, node]) => node)
  assert.deepEqual(await nodes(), [])
  await icons.put(await sampleImage('png', 20, 20))
  assert.deepEqual(await nodes(), [
    'urn:xmpp:avatar:data',
    'urn:xmpp:avatar:metadata',
    'http://jabber.org/protocol/avatar#data',
    'http://jabber.org/protocol/avatar#metadata',
  ])
  for (const node of await nodes()) {
    assert.deepEqual(described(await ask(infoOf(node!))).who, ['pubsub/leaf'])
  }
})

test('XEP-0199 §4.2: whoever is there answers a ping', async (t) => {
  const { ask, pairs } = await openServicesDesk(t)
  pairs.set()
  for (const to of ['sip.example', 'alice@sip.example', 'alice@sip.example/sip']) {
    assert.equal(await ask(PING, { to }), '')
  }
})
