/**
 * D: the relations of a user and a contact, driven from both sides; what `visage xmpp` says and what his roster says are the
 * same, seen from the two ends. RFC 6121 §2.1.2, Appendix A.
 */
import assert from 'node:assert/strict'
import { after, before } from 'node:test'
import { parseAor, type Aor } from '../../../core/uri/aor.ts'
import { run } from '../../support/visage-process.ts'
import { rosterSays, until } from './friends.ts'
import { areInstalled, PROSODY, testsWith } from './programs.ts'
import type { SipUser } from './sip-user.ts'
import { isSubscription } from './stanza-words.ts'
import { startWorld, type World } from './world.ts'
import type { XmppClient } from './xmpp-client.ts'

const proves = testsWith(PROSODY)
const BOB = parseAor('sip:bob@xmpp.localhost') as Aor
let world: World
let bob: XmppClient

before(async () => {
  if (!areInstalled(PROSODY)) return
  world = await startWorld({
    users: ['kim', 'lou'],
    people: ['bob'],
    config: { presence: { defaultPolicy: 'confirm', minExpires: '1s' } },
    xmpp: { subscribeBack: false },
  })
  bob = await world.logIn('bob/desk')
})

after(async () => {
  if (areInstalled(PROSODY)) await world.end()
})

proves('D1: none, asked, to, to and pending, both, from, none: she asks first', async () => {
  const kim = world.user('kim')
  await kim.contacts.add({ address: BOB })
  await standAs(kim, 'none, asked', 'none')
  await bob.next(isSubscription(kim.jid, 'subscribe'), 'subscribe')
  await bob.subscription('subscribed', kim.jid)
  await standAs(kim, 'to', 'from')
  await bob.subscription('subscribe', kim.jid)
  await standAs(kim, 'to, wants to see the user', 'from+ask')
  await kim.contacts.decide(BOB, 'allow')
  await standAs(kim, 'both', 'both')
  await bob.subscription('unsubscribed', kim.jid)
  await standAs(kim, 'from, refused to be seen', 'to')
  await kim.contacts.remove(BOB)
  // That he has refused is remembered for a day.
  await standAs(kim, 'none, refused to be seen', 'none')
})

proves('D1: pending, from, from and asked, both, to, none: he asks first', async () => {
  const lou = world.user('lou')
  await bob.subscription('subscribe', lou.jid)
  await standAs(lou, 'none, wants to see the user', 'none+ask')
  await lou.contacts.decide(BOB, 'allow')
  await standAs(lou, 'from', 'to')
  await lou.contacts.add({ address: BOB })
  await standAs(lou, 'from, asked', 'to')
  await bob.next(isSubscription(lou.jid, 'subscribe'), 'subscribe')
  await bob.subscription('subscribed', lou.jid)
  await standAs(lou, 'both', 'both')
  await bob.subscription('unsubscribe', lou.jid)
  await standAs(lou, 'to', 'from')
  await lou.contacts.remove(BOB)
  await standAs(lou, undefined, 'none')
})

/** `said`: the relation as `visage xmpp` prints it; undefined: there is none. */
async function standAs(
  user: SipUser,
  said: string | undefined,
  inRoster: 'none' | 'none+ask' | 'to' | 'from' | 'from+ask' | 'both',
): Promise<void> {
  let last: string | undefined
  await until(
    async () => (last = await relationOf(user)) === said,
    () => `visage xmpp says ${String(last)}, not ${String(said)}`,
  )
  const [subscription, ask] = inRoster.split('+')
  await rosterSays(
    bob,
    user.jid,
    (item) => item.subscription === subscription && item.ask === (ask !== undefined),
    inRoster,
  )
}

async function relationOf(user: SipUser): Promise<string | undefined> {
  const { code, stdout, stderr } = await run('visage', [
    ...['xmpp', user.aor, '--data', world.visage.data],
  ])
  assert.equal(code, 0, stderr)
  const line = stdout.split('\n').find((one) => one.includes(BOB))
  return line?.split(/ {2,}/)[2]
}
