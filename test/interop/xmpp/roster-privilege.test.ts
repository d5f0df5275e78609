/** D4: names that the gateway writes into rosters by Prosody's mod_privilege, set up as docs/xmpp.md says. XEP-0356. */
import { after, before } from 'node:test'
import { parseAor, type Aor } from '../../../core/uri/aor.ts'
import { rosterSays } from './friends.ts'
import { areInstalled, PROSODY, testsWith } from './programs.ts'
import { createProsody } from './prosody.ts'
import { createSipUser, type SipUser } from './sip-user.ts'
import { isSubscription } from './stanza-words.ts'
import { startWorld, type World } from './world.ts'
import type { XmppClient } from './xmpp-client.ts'
import { SIP_DOMAIN } from './xmpp-server.ts'

const PROGRAMS = [...PROSODY, 'mod_privilege.lua'] as const
const proves = testsWith(PROGRAMS)
const BOB = parseAor('sip:bob@xmpp.localhost') as Aor
let world: World
let mary: SipUser
let nora: SipUser
let bob: XmppClient

before(async () => {
  if (!areInstalled(PROGRAMS)) return
  world = await startWorld({
    users: [],
    people: ['bob'],
    xmpp: { subscribeBack: false },
    createServer: (options) => createProsody({ ...options, privileged: true }),
  })
  mary = await createNamedUser('mary', 'Mary <3')
  nora = await createNamedUser('nora', 'Nora')
  bob = await world.logIn('bob/desk')
})

after(async () => {
  if (!areInstalled(PROGRAMS)) return
  for (const user of [mary, nora]) await user.end()
  await world.end()
})

proves(
  'D4: his roster gets her name and the group SIP, once; his own name for her stays',
  async () => {
    await letSee(mary)
    await standsAs(mary, 'from', 'Mary <3', 'SIP')
    await bob.send(
      `<iq type="set" id="rename"><query xmlns="jabber:iq:roster"><item jid="${mary.jid}" name="Mom"><group>Family</group></item></query></iq>`,
    )
    await standsAs(mary, 'from', 'Mom', 'Family')
    await mary.contacts.remove(BOB)
    await standsAs(mary, 'none', 'Mom', 'Family')
    await letSee(mary)
    // His roster is attended to for one user after the other.
    await letSee(nora)
    await standsAs(nora, 'from', 'Nora', 'SIP')
    await standsAs(mary, 'from', 'Mom', 'Family')
  },
)

async function createNamedUser(local: string, name: string): Promise<SipUser> {
  await world.visage.addUser(`${local}@${SIP_DOMAIN}`, '--name', name)
  return createSipUser(world.visage, local, SIP_DOMAIN)
}

async function letSee(user: SipUser): Promise<void> {
  const from = bob.received.length
  await user.contacts.add({ address: BOB })
  await bob.next(isSubscription(user.jid, 'subscribe'), 'subscribe', { from })
  await bob.subscription('subscribed', user.jid)
}

async function standsAs(
  user: SipUser,
  subscription: 'none' | 'from',
  name: string,
  group: string,
): Promise<void> {
  const what = [subscription, name, group].join()
  await rosterSays(
    bob,
    user.jid,
    (item) => [item.subscription, item.name, ...item.groups].join() === what,
    what,
  )
}
