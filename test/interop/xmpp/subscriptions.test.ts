/** Group C against Prosody: who may see whom, both ways. RFC 6121 §3, RFC 8048 §5, RFC 5025. */
import assert from 'node:assert/strict'
import { after, before } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { parseAor, type Aor } from '../../../core/uri/aor.ts'
import { befriend, rosterSays } from './friends.ts'
import { areInstalled, PROSODY, testsWith } from './programs.ts'
import { presenceDocument } from './sip-user.ts'
import { isPresenceOf, isSubscription } from './stanza-words.ts'
import { startWorld, type World } from './world.ts'
import type { XmppClient } from './xmpp-client.ts'

const proves = testsWith(PROSODY)
const USERS = ['anna', 'berta', 'cora', 'dora', 'emma', 'frida', 'gina', 'hanna', 'iris', 'jana']
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
const OPEN = ({ body }: { body: string }) => body.includes('<basic>open</basic>')

proves(
  'C6: confirm: nothing goes to the contact until the user has decided, and she is told that he asks',
  async () => {
    const anna = world.user('anna')
    const watchers = await anna.watch(anna.aor, { event: 'presence.winfo' })
    const from = bob.received.length
    await bob.subscription('subscribe', anna.jid)
    const asks = ({ body }: { body: string }) => body.includes(BOB) && body.includes('pending')
    await watchers.next(asks, 'that bob asks')
    const said = bob.received
      .slice(from)
      .filter((one) => one.from === anna.jid && one.name === 'presence')
    assert.deepEqual(
      said.filter(({ type }) => type !== 'unavailable'),
      [],
    )
    await anna.contacts.decide(BOB, 'allow')
    await bob.next(isSubscription(anna.jid, 'subscribed'), 'subscribed', { from })
  },
)

proves(
  'C6: a rule that changes is told at once: polite-block looks as if nobody was there, block is unsubscribed',
  async () => {
    const berta = world.user('berta')
    await berta.contacts.decide(BOB, 'allow')
    await berta.publish(presenceDocument(berta.aor, 'open'))
    await befriend(bob, berta)
    await bob.next(isPresenceOf(berta.jid), 'her presence')
    let from = bob.received.length
    await berta.contacts.decide(BOB, 'polite-block')
    await bob.next(isPresenceOf(berta.jid, 'unavailable'), 'unavailable', { from })
    from = bob.received.length
    await berta.contacts.decide(BOB, 'allow')
    await bob.next(isPresenceOf(berta.jid), 'her presence again', { from })
    from = bob.received.length
    await berta.contacts.decide(BOB, 'block')
    await bob.next(isSubscription(berta.jid, 'unsubscribed'), 'unsubscribed', { from })
    await rosterSays(bob, berta.jid, ({ subscription }) => subscription === 'from', 'from')
  },
)

proves('C6: who is blocked beforehand is refused', async () => {
  const cora = world.user('cora')
  await cora.contacts.decide(BOB, 'block')
  await bob.subscription('subscribe', cora.jid)
  await bob.next(isSubscription(cora.jid, 'unsubscribed'), 'unsubscribed')
})

proves(
  'C4: pending while the contact is asked, active when he agrees, rejected when he takes it back',
  async () => {
    const dora = world.user('dora')
    const watcher = await dora.watch(BOB)
    await watcher.next(({ state }) => state.startsWith('pending'), 'pending')
    await bob.next(isSubscription(dora.jid, 'subscribe'), 'subscribe')
    await bob.subscription('subscribed', dora.jid)
    await watcher.next((one) => one.state.startsWith('active') && OPEN(one), 'active and open')
    await bob.subscription('unsubscribed', dora.jid)
    await watcher.next(({ state }) => /^terminated.*(rejected|deactivated)/.test(state), 'the end')
    await rosterSays(bob, dora.jid, ({ subscription }) => subscription === 'none', 'none')
  },
)

proves(
  'C4: several phones of one user are one XMPP subscription; the end of a dialog is none of it',
  async () => {
    const emma = world.user('emma')
    const from = bob.received.length
    const [first, second] = [await emma.watch(BOB), await emma.watch(BOB)]
    await bob.next(isSubscription(emma.jid, 'subscribe'), 'subscribe', { from })
    await bob.subscription('subscribed', emma.jid)
    for (const watcher of [first, second]) await watcher.next(OPEN, 'open')
    await first.refresh(0)
    await second.refresh(0)
    // Whatever would follow from it has time to.
    await setTimeout(500)
    const types = bob.received
      .slice(from)
      .filter((one) => one.name === 'presence' && one.from === emma.jid)
      .map(({ type }) => type)
    assert.deepEqual(
      types.filter((type) => type !== 'unavailable'),
      ['subscribe'],
    )
    const again = await emma.watch(BOB)
    await again.next(OPEN, 'open, without being asked again')
  },
)

proves('C4: who only looks once asks for nothing', async () => {
  const frida = world.user('frida')
  const from = bob.received.length
  const fetched = await frida.watch(BOB, { expires: 0 })
  assert.equal(fetched.status, 200)
  const told = await fetched.next(() => true, 'anything')
  assert.equal(OPEN(told), false)
  await setTimeout(500)
  assert.equal(bob.received.slice(from).some(isSubscription(frida.jid, 'subscribe')), false)
})

proves('C5: a contact who asks again is told subscribed again, and no more than that', async () => {
  const gina = world.user('gina')
  await gina.contacts.decide(BOB, 'allow')
  await befriend(bob, gina)
  const from = bob.received.length
  await bob.send(`<presence to="${gina.jid}" type="subscribe"/>`)
  await setTimeout(1_000)
  const said = bob.received
    .slice(from)
    .filter(
      ({ name, from: who, type }) =>
        name === 'presence' && who === gina.jid && type !== 'unavailable',
    )
  assert.ok(said.length <= 1, said.map(({ xml }) => xml).join('\n'))
})

proves('C5: requests that cross end in both', async () => {
  const jana = world.user('jana')
  await jana.contacts.decide(BOB, 'allow')
  await Promise.all([bob.subscription('subscribe', jana.jid), jana.watch(BOB)])
  await bob.next(isSubscription(jana.jid, 'subscribed'), 'subscribed')
  await bob.next(isSubscription(jana.jid, 'subscribe'), 'subscribe')
  await bob.subscription('subscribed', jana.jid)
  await rosterSays(bob, jana.jid, ({ subscription }) => subscription === 'both', 'both')
})
