/**
 * A8, C1, C2: users of another SIP domain, reached through sip.outboundProxy, which answers what the test says. RFC 7247 §5, RFC 8048 §5.2, RFC 6665.
 *
 *   bob                Visage                 far.localhost
 *    |--- subscribe ---->|------ SUBSCRIBE ------>|
 *    |                   |<----- 200, or not -----|
 *    |<-- subscribed ----|<----- NOTIFY active ---|
 *    |--- unavailable -->|------ Expires: 0 ----->|
 */
import assert from 'node:assert/strict'
import { after, before } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import type { SipText } from '../../support/sip-client.ts'
import { FAR_DOMAIN, startFarDomain, type FarDomain } from './far-domain.ts'
import { rosterSays, until } from './friends.ts'
import { areInstalled, PROSODY, testsWith } from './programs.ts'
import { presenceDocument } from './sip-user.ts'
import { conditionOf, isPresenceOf, isSubscription } from './stanza-words.ts'
import { startWorld, type World } from './world.ts'
import type { Received, XmppClient } from './xmpp-client.ts'

const proves = testsWith(PROSODY)
let world: World
let far: FarDomain
let bob: XmppClient
let people = 0

before(async () => {
  if (!areInstalled(PROSODY)) return
  far = await startFarDomain()
  world = await startWorld({
    users: ['alice'],
    people: ['bob'],
    farDomains: [FAR_DOMAIN],
    config: {
      sip: { outboundProxy: `sip:127.0.0.1:${far.port}`, trustedPeers: ['127.0.0.1/32'] },
    },
  })
  bob = await world.logIn('bob/desk')
})

after(async () => {
  if (!areInstalled(PROSODY)) return
  await world.end()
  await far.close()
})

/** Each test asks for somebody whom nobody has asked for. */
const nextPerson = () => `dora${++people}@${FAR_DOMAIN}`

for (const status of [403, 489, 603]) {
  proves(`C1: a final ${status} to SUBSCRIBE is unsubscribed`, async () => {
    const jid = nextPerson()
    far.answers({ status })
    await bob.subscription('subscribe', jid)
    await bob.next(isSubscription(jid, 'unsubscribed'), 'unsubscribed')
    await rosterSays(bob, jid, ({ subscription }) => subscription === 'none', 'none')
  })
}

const ERRORS = [
  [404, 'item-not-found'],
  [405, 'feature-not-implemented'],
  [410, 'gone'],
  [480, 'recipient-unavailable'],
  [486, 'recipient-unavailable'],
  [501, 'feature-not-implemented'],
] as const

for (const [status, condition] of ERRORS) {
  proves(`A8: ${status} to SUBSCRIBE is ${condition} for the contact`, async () => {
    const jid = nextPerson()
    far.answers({ status })
    await bob.subscription('subscribe', jid)
    const isError = ({ name, type, from }: Received) =>
      name === 'presence' && type === 'error' && from === jid
    assert.equal(conditionOf(await bob.next(isError, 'an error')), condition)
  })
}

proves(
  'C1: 200 and NOTIFY pending say nothing to the contact; active says subscribed and who is there',
  async () => {
    const jid = nextPerson()
    far.answers({ status: 200, headers: ['Expires: 3600'] })
    const from = bob.received.length
    const number = far.subscribes.length
    await bob.subscription('subscribe', jid)
    const subscribe = await far.subscribe(number)
    assert.match(subscribe.header('expires') ?? '', /^3600$/)
    assert.equal(await far.notify(subscribe, 'pending;expires=3600'), 200)
    await setTimeout(300)
    const early = bob.received
      .slice(from)
      .filter((one) => one.from === jid && one.type !== 'unavailable')
    assert.deepEqual(early, [])
    const document = presenceDocument(`sip:${jid}`, 'open', { activities: ['meeting'] })
    await far.notify(subscribe, 'active;expires=3600', document)
    await bob.next(isSubscription(jid, 'subscribed'), 'subscribed')
    await bob.next(isPresenceOf(jid), 'presence')
    await rosterSays(bob, jid, ({ subscription }) => subscription === 'to', 'to')
  },
)

proves('C1: terminated;reason=rejected is unsubscribed, deactivated says nothing', async () => {
  const [left, refused] = [nextPerson(), nextPerson()]
  const from = bob.received.length
  await far.notify(await granted(left), 'terminated;reason=deactivated')
  await far.notify(await granted(refused), 'terminated;reason=rejected')
  await bob.next(isSubscription(refused, 'unsubscribed'), 'unsubscribed', { from })
  assert.equal(bob.received.slice(from).some(isSubscription(left, 'unsubscribed')), false)
  await rosterSays(bob, left, ({ subscription }) => subscription === 'to', 'to')
})

proves('C1: 423 is asked again with its Min-Expires', async () => {
  const jid = nextPerson()
  const number = far.subscribes.length
  far.answers(
    { status: 423, headers: ['Min-Expires: 7200'] },
    { status: 200, headers: ['Expires: 7200'] },
  )
  await bob.subscription('subscribe', jid)
  assert.equal((await far.subscribe(number + 1)).header('expires'), '7200')
})

proves('C2: the dialog ends while the contact is away and comes back with him', async () => {
  const jid = nextPerson()
  const subscribe = await granted(jid)
  // Only who lets the user in is known to be away.
  await bob.next(isSubscription(jid, 'subscribe'), 'subscribe')
  await bob.subscription('subscribed', jid)
  await rosterSays(bob, jid, ({ subscription }) => subscription === 'both', 'both')
  const from = far.subscribes.length
  await bob.logOut()
  const ofDialog = (one: SipText) => one.header('call-id') === subscribe.header('call-id')
  await arrives(from, (one) => ofDialog(one) && one.header('expires') === '0', 'Expires: 0')
  bob = await world.logIn('bob/desk')
  const isNew = (one: SipText) =>
    !ofDialog(one) && one.header('expires') !== '0' && (one.header('to') ?? '').includes(jid)
  await arrives(from, isNew, 'new SUBSCRIBE')
  await rosterSays(bob, jid, ({ subscription }) => subscription === 'both', 'both')
})

proves('C3: a contact who unsubscribes ends the dialog', async () => {
  const jid = nextPerson()
  const subscribe = await granted(jid)
  const from = far.subscribes.length
  await bob.subscription('unsubscribe', jid)
  const isEnd = (one: SipText) =>
    one.header('call-id') === subscribe.header('call-id') && one.header('expires') === '0'
  await arrives(from, isEnd, 'Expires: 0')
})

proves('C2: a short dialog is refreshed in time, at most once in its life', async () => {
  const jid = nextPerson()
  far.answers({ status: 200, headers: ['Expires: 4'] })
  const number = far.subscribes.length
  await bob.subscription('subscribe', jid)
  const subscribe = await far.subscribe(number)
  await far.notify(subscribe, 'active;expires=4', presenceDocument(`sip:${jid}`, 'open'))
  const refresh = await far.subscribe(number + 1)
  assert.equal(refresh.header('call-id'), subscribe.header('call-id'))
  far.answers({ status: 200, headers: ['Expires: 3600'] })
})

async function granted(jid: string) {
  far.answers({ status: 200, headers: ['Expires: 3600'] })
  const number = far.subscribes.length
  await bob.subscription('subscribe', jid)
  const subscribe = await far.subscribe(number)
  await far.notify(subscribe, 'active;expires=3600', presenceDocument(`sip:${jid}`, 'open'))
  await bob.next(isSubscription(jid, 'subscribed'), 'subscribed')
  return subscribe
}

async function arrives(
  from: number,
  match: (subscribe: SipText) => boolean,
  what: string,
): Promise<void> {
  await until(
    () => far.subscribes.slice(from).some(match),
    () => `the far domain had no ${what}`,
  )
}
