/** Group A against Prosody: addresses, strangers, people who do not exist, discovery, requests that nobody serves. */
import assert from 'node:assert/strict'
import { after, before } from 'node:test'
import { attributeOf, elementsOf } from '../../../core/documents/xml-element.ts'
import type { Aor } from '../../../core/uri/aor.ts'
import { run } from '../../support/visage-process.ts'
import { itemsOf } from './core.ts'
import { befriend } from './friends.ts'
import { plainPicture } from './pictures.ts'
import { areInstalled, PROSODY, testsWith } from './programs.ts'
import { presenceDocument } from './sip-user.ts'
import { conditionOf, isPresenceOf, isSubscription, photoOf, within } from './stanza-words.ts'
import { CAROL, startWorld, type World } from './world.ts'
import type { Received, XmppClient } from './xmpp-client.ts'

const proves = testsWith(PROSODY)
const VCARD = '<vCard xmlns="vcard-temp"/>'
const DISCO = '<query xmlns="http://jabber.org/protocol/disco#info"/>'
let world: World
let bob: XmppClient
let dave: XmppClient
let carol: XmppClient

before(async () => {
  if (!areInstalled(PROSODY)) return
  world = await startWorld({
    users: ['alice', 'anna', "o'malley", 'grete'],
    people: ['bob', 'dave', CAROL],
  })
  bob = await world.logIn('bob/desk')
  dave = await world.logIn('dave/desk')
  carol = await world.logIn(`${CAROL}/desk`)
  const alice = world.user('alice')
  await alice.putIcon(await plainPicture('red'))
  await alice.publish(presenceDocument(alice.aor, 'open'))
  await befriend(bob, alice)
})

after(async () => {
  if (areInstalled(PROSODY)) await world.end()
})

proves(
  "A4: o'malley of SIP is o\\27malley in XMPP, and hears who watches him by his own name",
  async () => {
    const omalley = world.user("o'malley")
    const watchers = await omalley.watch(omalley.aor, { event: 'presence.winfo' })
    await bob.subscription('subscribe', 'o\\27malley@sip.localhost')
    await bob.next(isSubscription('o\\27malley@sip.localhost', 'subscribed'), 'subscribed')
    await watchers.next(
      ({ body }) => body.includes('sip:bob@xmpp.localhost'),
      'bob among the watchers',
    )
  },
)

proves('A5: SUBSCRIBE for somebody of the XMPP domain gets 200 and a NOTIFY', async () => {
  const watcher = await world.user('anna').watch('sip:dave@xmpp.localhost')
  assert.equal(watcher.status, 200)
  await watcher.next(({ state }) => state.startsWith('pending'), 'pending')
})

proves('A6: people of a domain that is not listed are refused, whatever they ask', async () => {
  await carol.subscription('subscribe', 'alice@sip.localhost')
  const refused = await carol.next(
    ({ type, name }) => name === 'presence' && type === 'error',
    'an error',
  )
  assert.match(conditionOf(refused) ?? '', /^(forbidden|not-allowed)$/)
  const answer = await carol.iq('get', 'alice@sip.localhost', VCARD)
  assert.equal(answer.type, 'error')
  assert.match(conditionOf(answer) ?? '', /^(forbidden|not-allowed)$/)
})

proves(
  'A7: somebody who does not exist: item-not-found to a request and to subscribe',
  async () => {
    const answer = await bob.iq('get', 'nobody@sip.localhost', VCARD)
    assert.equal(conditionOf(answer), 'item-not-found')
    await bob.subscription('subscribe', 'nobody@sip.localhost')
    const isError = ({ name, from, type }: Received) =>
      name === 'presence' && from === 'nobody@sip.localhost' && type === 'error'
    assert.equal(conditionOf(await bob.next(isError, 'an error')), 'item-not-found')
  },
)

proves('A7: an account that is deleted is gone for its contacts', async () => {
  await befriend(bob, world.user('grete'))
  const { code } = await run('visage', [
    'user',
    'remove',
    'grete@sip.localhost',
    '--data',
    world.visage.data,
  ])
  assert.equal(code, 0)
  const isGone = (stanza: Received) => stanza.type === 'error' && conditionOf(stanza) === 'gone'
  await bob.next(isGone, 'gone')
  await bob.next(isSubscription('grete@sip.localhost', 'unsubscribed'), 'unsubscribed')
})

proves('A9: who is not subscribed gets no picture: neither by vCard nor by PEP', async () => {
  const card = await dave.iq('get', 'alice@sip.localhost', VCARD)
  assert.equal(within(card.element, 'vcard-temp', 'PHOTO'), undefined)
  for (const node of ['urn:xmpp:avatar:metadata', 'urn:xmpp:avatar:data']) {
    const answer = await dave.iq('get', 'alice@sip.localhost', itemsOf(node))
    assert.equal(conditionOf(answer), 'not-authorized', node)
    const missing = 'http://jabber.org/protocol/pubsub#errors'
    assert.ok(within(answer.element, missing, 'presence-subscription-required'), node)
  }
})

proves(
  'A9: who is politely blocked is told subscribed, and sees nobody and no picture',
  async () => {
    const anna = world.user('anna')
    await anna.contacts.decide('sip:dave@xmpp.localhost' as Aor, 'polite-block')
    await anna.putIcon(await plainPicture('maroon'))
    await anna.publish(presenceDocument(anna.aor, 'open'))
    await dave.subscription('subscribe', anna.jid)
    await dave.next(isSubscription(anna.jid, 'subscribed'), 'subscribed')
    await dave.next(isPresenceOf(anna.jid, 'unavailable'), 'unavailable')
    assert.equal(dave.received.some(isPresenceOf(anna.jid)), false)
    const hashes = dave.received.filter(({ from }) => from.startsWith(anna.jid)).map(photoOf)
    assert.deepEqual(
      hashes.filter((hash) => hash !== undefined && hash !== ''),
      [],
    )
    const card = await dave.iq('get', anna.jid, VCARD)
    assert.equal(within(card.element, 'vcard-temp', 'PHOTO'), undefined)
  },
)

proves(
  'A10: the domain is a gateway, the user an account with PEP, the resource a client',
  async () => {
    const domain = await identities('sip.localhost')
    assert.ok(domain.includes('gateway/simple'), domain.join())
    const bare = await identities('alice@sip.localhost')
    assert.ok(bare.includes('account/registered') && bare.includes('pubsub/pep'), bare.join())
    const shown = await bob.next(isPresenceOf('alice@sip.localhost'), 'her presence')
    const full = await identities(shown.from)
    assert.ok(
      full.some((one) => one.startsWith('client/')),
      full.join(),
    )
  },
)

proves('A11: a request that nobody serves is refused in the standard’s words', async () => {
  const answer = await bob.iq('get', 'alice@sip.localhost', '<query xmlns="jabber:iq:last"/>')
  assert.match(
    conditionOf(answer) ?? '',
    /^(service-unavailable|feature-not-implemented|forbidden)$/,
  )
  const odd = await bob.iq('set', 'sip.localhost', '<odd xmlns="urn:example:odd"/>')
  assert.match(conditionOf(odd) ?? '', /^(service-unavailable|feature-not-implemented)$/)
})

async function identities(jid: string): Promise<string[]> {
  const answer = await bob.iq('get', jid, DISCO)
  const query = within(answer.element, 'http://jabber.org/protocol/disco#info', 'query')
  return (query ? elementsOf(query) : [])
    .filter(({ name }) => name === 'identity')
    .map((one) => `${attributeOf(one, 'category')}/${attributeOf(one, 'type')}`)
}
