/** Group D against Prosody: lists and rules over XCAP, and the rosters of XMPP. RFC 6121 §2, RFC 4826, RFC 5025. */
import assert from 'node:assert/strict'
import { after, before } from 'node:test'
import { attributeOf } from '../../../core/documents/xml-element.ts'
import { parseAor, type Aor } from '../../../core/uri/aor.ts'
import { run } from '../../support/visage-process.ts'
import { rosterSays, until } from './friends.ts'
import { areInstalled, PROSODY, testsWith } from './programs.ts'
import { isSubscription, within } from './stanza-words.ts'
import { startWorld, type World } from './world.ts'
import type { XmppClient } from './xmpp-client.ts'

const proves = testsWith(PROSODY)
const USERS = ['hanna', 'iris']
let world: World
let bob: XmppClient

before(async () => {
  if (!areInstalled(PROSODY)) return
  world = await startWorld({
    users: USERS,
    people: ['bob', 'dave'],
    config: { presence: { defaultPolicy: 'confirm', minExpires: '1s' } },
  })
  bob = await world.logIn('bob/desk')
})

after(async () => {
  if (areInstalled(PROSODY)) await world.end()
})

const BOB = parseAor('sip:bob@xmpp.localhost') as Aor

proves(
  'D3: an entry in XCAP asks the contact, pushes are none+ask, to, both; its removal ends both ways',
  async () => {
    const hanna = world.user('hanna')
    await hanna.contacts.decide(BOB, 'allow')
    const from = bob.received.length
    await hanna.contacts.add({ address: BOB, name: 'Bobby', group: 'friends' })
    await bob.next(isSubscription(hanna.jid, 'subscribe'), 'subscribe', { from })
    await bob.subscription('subscribe', hanna.jid)
    await bob.next(isSubscription(hanna.jid, 'subscribed'), 'subscribed', { from })
    await bob.subscription('subscribed', hanna.jid)
    await rosterSays(bob, hanna.jid, ({ subscription }) => subscription === 'both', 'both')
    assert.deepEqual(pushesOf(hanna.jid, from), ['none+subscribe', 'to', 'both'])
    await hanna.contacts.remove(BOB)
    await bob.next(isSubscription(hanna.jid, 'unsubscribe'), 'unsubscribe', { from })
    await rosterSays(bob, hanna.jid, ({ subscription }) => subscription === 'none', 'none')
  },
)

proves(
  'D1: what rosters say of both, contacts list of the user says: both, and who asks',
  async () => {
    const iris = world.user('iris')
    const relation = () => relationOf('iris')
    await bob.subscription('subscribe', iris.jid)
    await until(
      async () => (await relation())?.includes('wants to see you') === true,
      async () => `contacts list says ${await relation()}`,
    )
    await iris.contacts.decide(BOB, 'allow')
    await bob.next(isSubscription(iris.jid, 'subscribe'), 'subscribe')
    await bob.subscription('subscribed', iris.jid)
    await rosterSays(bob, iris.jid, ({ subscription }) => subscription === 'both', 'both')
    await until(
      async () => /\bboth\b/.test((await relation()) ?? ''),
      async () => `contacts list says ${await relation()}`,
    )
  },
)

/** As `visage contacts list` prints it; undefined: he is not there. */
async function relationOf(name: string): Promise<string | undefined> {
  const { stdout } = await run('visage', [
    'contacts',
    'list',
    ...world.visage.as(`${name}@sip.localhost`),
  ])
  return stdout.split('\n').find((line) => line.includes('bob@xmpp.localhost'))
}

/** Subscription and ask of each roster push for that contact. */
function pushesOf(jid: string, from: number): string[] {
  return bob.received.slice(from).flatMap(({ name, type, element }) => {
    const item = name === 'iq' && type === 'set' && within(element, 'jabber:iq:roster', 'item')
    if (!item || attributeOf(item, 'jid') !== jid) return []
    const ask = attributeOf(item, 'ask')
    return [`${attributeOf(item, 'subscription')}${ask === undefined ? '' : `+${ask}`}`]
  })
}
