/** What becomes of the members of a list: their rules, their accounts, their watcher information. RFC 4662 §4.5, §7. */
import assert from 'node:assert/strict'
import test from 'node:test'
import { PRES_RULES } from '../../core/model/document-id.ts'
import type { Aor } from '../../core/uri/aor.ts'
import type { BackEndListener } from '../../presence-agent/back-end/back-end-state.ts'
import { parseOutboundProxy } from '../../presence-agent/back-end/outbound-proxy.ts'
import { openRemote } from '../../presence-agent/lists/remote-virtual-subscription.ts'
import { startAgent } from './agent-harness.ts'
import {
  ALICE,
  BOB,
  CAROL,
  entries,
  LIST_HEADERS,
  store,
  storeFriends,
  subscribeByList,
  subscribeToList,
  told,
} from './list-reader.ts'
import { pidf } from './phone.ts'
import { one, rule, ruleset, writeRules } from './ruled-alice.ts'
import {
  fetched,
  nothingMore,
  storedSubscriptions,
  watchWatchers,
  standing,
  told as toldWatchers,
} from './watched-alice.ts'

/*
 *  bob                 agent              alice
 *   |--SUBSCRIBE list--->|                  |  her rules: bob must be confirmed
 *   |<--NOTIFY-----------|  alice pending   |
 *   |                    |----NOTIFY winfo->|  bob pending
 *   |                    |<----rules--------|  allow
 *   |<--NOTIFY-----------|  alice active    |
 *   |                    |----NOTIFY winfo->|  bob active
 *   |                    |<----rules--------|  block
 *   |<--NOTIFY-----------|  alice terminated rejected
 *   |                    |<----rules--------|  allow
 *   |<--NOTIFY-----------|  alice active    |
 */
test('RFC 4662 §7: a member decides on a list subscriber as on any watcher, and all takes effect at once', async (t) => {
  const agent = await startAgent(t)
  await writeRules(agent, rule(one(BOB), 'confirm'))
  await storeFriends(agent, ALICE)
  const [alice, bob] = [await agent.phone('alice'), await agent.phone('bob')]
  await alice.publish(pidf(ALICE, 'open'))
  await subscribeToList(bob)
  const pending = await told(bob)
  assert.deepEqual([pending.states, pending.bodies], [{ alice: 'pending' }, {}])
  await watchWatchers(alice)
  assert.deepEqual(standing(await toldWatchers(alice)), [`${BOB} pending subscribe`])
  await writeRules(agent, rule(one(BOB), 'allow'))
  const allowed = await told(bob)
  assert.deepEqual(allowed.states, { alice: 'active' })
  assert.match(allowed.bodies['alice'] ?? '', /open/)
  assert.deepEqual(standing(await toldWatchers(alice)), [`${BOB} active approved`])
  await writeRules(agent, rule(one(BOB), 'block'))
  assert.deepEqual((await told(bob)).states, { alice: 'terminated rejected' })
  assert.deepEqual(standing(await toldWatchers(alice)), [`${BOB} terminated rejected`])
  await alice.publish(pidf(ALICE, 'closed'))
  await writeRules(agent, rule(one(BOB), 'allow'))
  const again = await told(bob)
  assert.match(again.bodies['alice'] ?? '', /closed/)
  assert.deepEqual(standing(await toldWatchers(alice)), [`${BOB} active subscribe`])
  await nothingMore(agent, bob)
})

test('RFC 4662 §7.2: two who list the same person see what each of them may see', async (t) => {
  const agent = await startAgent(t)
  await writeRules(agent, rule(one(BOB), 'allow') + rule(one(CAROL), 'polite-block'))
  const [alice, bob] = [await agent.phone('alice'), await agent.phone('bob')]
  const carol = await agent.phone('carol')
  await alice.publish(pidf(ALICE, 'open'))
  await subscribeByList(bob, entries(ALICE))
  assert.match((await told(bob)).bodies['alice'] ?? '', /open/)
  await subscribeByList(carol, entries(ALICE))
  const blocked = await told(carol)
  assert.deepEqual(blocked.states, { alice: 'active' })
  assert.match(blocked.bodies['alice'] ?? '', /closed/)
})

test('RFC 5025 §3.2.1: who is blocked from the beginning gets a rejected instance, and no state', async (t) => {
  const agent = await startAgent(t)
  await writeRules(agent, rule(one(BOB), 'block'))
  await storeFriends(agent, ALICE, CAROL)
  const [alice, bob] = [await agent.phone('alice'), await agent.phone('bob')]
  await subscribeToList(bob)
  const first = await told(bob)
  assert.deepEqual(first.states, { alice: 'terminated rejected', carol: 'active' })
  assert.deepEqual(await fetched(alice), [])
})

test('RFC 3857 §4.7.1: who was pending on a list and leaves it waits for the member’s answer', async (t) => {
  const agent = await startAgent(t)
  await writeRules(agent, rule(one(BOB), 'confirm'))
  await storeFriends(agent, ALICE)
  const [alice, bob] = [await agent.phone('alice'), await agent.phone('bob')]
  const dialog = await subscribeToList(bob)
  await told(bob)
  await bob.refresh(dialog, 0)
  await told(bob)
  assert.deepEqual(await fetched(alice), [`${BOB} waiting timeout`])
})

test('nobody is at a member’s address until somebody moves in, and after somebody has moved out', async (t) => {
  const agent = await startAgent(t)
  const dave = 'sip:dave@example.com' as Aor
  await storeFriends(agent, dave)
  const bob = await agent.phone('bob')
  await subscribeToList(bob)
  assert.deepEqual((await told(bob)).states, { dave: 'terminated noresource' })
  await agent.addAccount('dave')
  assert.deepEqual((await told(bob)).states, { dave: 'active' })
  await agent.store.accounts.remove(dave)
  assert.deepEqual((await told(bob)).states, { dave: 'terminated noresource' })
})

test('a member may be named by an alias or a telephone number', async (t) => {
  const agent = await startAgent(t)
  const aliases = ['sip:101@example.com', 'tel:+49301234'] as Aor[]
  await agent.addAccount('dave', { aliases })
  await storeFriends(agent, ...aliases)
  const bob = await agent.phone('bob')
  await subscribeToList(bob)
  const { resources, states } = await told(bob)
  assert.deepEqual(
    resources.map(({ uri }) => uri),
    aliases,
  )
  assert.deepEqual(Object.values(states), ['active', 'active'])
})

test('a restart stores no virtual subscription, and finds none', async (t) => {
  const agent = await startAgent(t)
  await storeFriends(agent, ALICE, CAROL)
  const [alice, bob] = [await agent.phone('alice'), await agent.phone('bob')]
  await subscribeToList(bob)
  await told(bob)
  assert.equal((await storedSubscriptions(agent)).length, 1)
  await agent.restart()
  await told(bob)
  assert.deepEqual(await fetched(alice), [`${BOB} active subscribe`])
})

test('RFC 6665 §4.2.1.4: a refreshed list keeps its members beyond their first hour', async (t) => {
  const agent = await startAgent(t)
  await storeFriends(agent, ALICE)
  const [alice, bob] = [await agent.phone('alice'), await agent.phone('bob')]
  const dialog = await subscribeToList(bob)
  await told(bob)
  await agent.advance(500_000)
  await bob.refresh(dialog, 600)
  await told(bob)
  await agent.advance(300_000)
  await alice.publish(pidf(ALICE, 'open'))
  assert.deepEqual((await told(bob)).states, { alice: 'active' })
  await agent.advance(400_000)
  assert.match(
    (await bob.notify()).header('subscription-state') ?? '',
    /^terminated;reason=timeout/,
  )
  assert.deepEqual(await fetched(alice), [])
})

test('RFC 4662 §4.5: of members elsewhere nothing is known without an outbound proxy', async (t) => {
  const agent = await startAgent(t)
  await storeFriends(agent, ALICE, 'sip:ed@dallas.example.net')
  const bob = await agent.phone('bob')
  await subscribeToList(bob)
  assert.deepEqual((await told(bob)).states, { alice: 'active', ed: '' })
})

/*
 *  bob                 agent                 dallas
 *   |--SUBSCRIBE list--->|                     |
 *   |<--NOTIFY-----------|--SUBSCRIBE ed------>|  in bob's name
 *   |                    |<--200, NOTIFY-------|
 *   |<--NOTIFY-----------|  ed active          |
 *   |                    |<--NOTIFY------------|  ed publishes
 *   |<--NOTIFY-----------|  ed active          |
 *   |--Expires: 0------->|--Expires: 0-------->|
 */
test('RFC 4662 §7: members elsewhere are asked for in the subscriber’s name', async (t) => {
  const ed = 'sip:ed@dallas.example.net' as Aor
  const domains = [{ name: 'dallas.example.net', defaultPolicy: 'allow' as const }]
  const dallas = await startAgent(t, { trusted: true, domains })
  await dallas.store.accounts.put({ aor: ed, aliases: [], credentials: [] })
  const proxy = parseOutboundProxy(`sip:127.0.0.1:${dallas.ports.UDP}`)
  assert.ok(proxy)
  const agent = await startAgent(t, { agent: { outbound: { proxy } } })
  await storeFriends(agent, ed)
  const bob = await agent.phone('bob')
  const edsPhone = await dallas.phone('ed', { domain: 'dallas.example.net' })
  const dialog = await subscribeToList(bob)
  assert.deepEqual((await told(bob)).states, { ed: '' })
  assert.deepEqual((await told(bob)).states, { ed: 'active' })
  await edsPhone.publish(pidf(ed, 'open'))
  assert.match((await told(bob)).bodies['ed'] ?? '', /open/)
  const watching = () => edsPhone.subscribe(ed, ['Expires: 0'], 'presence.winfo')
  await watching()
  assert.deepEqual(standing(await toldWatchers(edsPhone)), [`${BOB} active subscribe`])
  await bob.refresh(dialog, 0)
  await told(bob)
  await watching()
  assert.deepEqual(standing(await toldWatchers(edsPhone)), [])
})

test('a member elsewhere who was not to be had is asked for again when the list is refreshed', async (t) => {
  const ed = 'sip:ed@dallas.example.net' as Aor
  const domains = [{ name: 'dallas.example.net', defaultPolicy: 'block' as const }]
  const dallas = await startAgent(t, { trusted: true, domains })
  await dallas.store.accounts.put({ aor: ed, aliases: [], credentials: [] })
  const proxy = parseOutboundProxy(`sip:127.0.0.1:${dallas.ports.UDP}`)
  assert.ok(proxy)
  const agent = await startAgent(t, { agent: { outbound: { proxy } } })
  await storeFriends(agent, ed)
  const bob = await agent.phone('bob')
  const dialog = await subscribeToList(bob)
  assert.deepEqual((await told(bob)).states, { ed: '' })
  assert.deepEqual((await told(bob)).states, { ed: 'terminated rejected' })
  await store(dallas, PRES_RULES, ruleset(rule(one(BOB), 'allow')), ed)
  await bob.refresh(dialog, 600, undefined, LIST_HEADERS)
  const state = async () => (await told(bob)).states['ed']
  // The answer from elsewhere may be quicker than the NOTIFY.
  const seen = [await state()]
  if (seen[0] !== 'active') seen.push(await state())
  assert.equal(seen.at(-1), 'active')
})

test('what a notifier elsewhere sends and no watcher could read is not passed on', () => {
  let hears: BackEndListener | undefined
  const backEnds = {
    open: (_: unknown, listener: BackEndListener) => {
      hears = listener
      return { close: () => undefined }
    },
  }
  const eventPackage = {
    ...{ name: 'presence', contentType: 'application/pidf+xml' },
    readPublication: (text: string) =>
      text.startsWith('<') ? { state: text } : { problem: 'no document' },
  }
  const wanted = { uri: 'sip:ed@dallas.example.net', eventPackage, watcher: BOB }
  const virtual = openRemote(backEnds, { ...wanted, changed: () => undefined })
  const body = (text: string) => {
    const contentType = eventPackage.contentType
    const told = { subscriptionState: 'active', reason: undefined, contentType } as const
    const standing = { status: undefined, contact: undefined, isFinal: false }
    hears?.state({ ...told, ...standing, body: Buffer.from(text) })
    return virtual.body()
  }
  assert.deepEqual(body('<a/>'), { text: '<a/>', contentType: 'application/pidf+xml' })
  assert.equal(body('\u0000rubbish'), undefined)
  assert.equal(body(`<a>${'x'.repeat(60_000)}</a>`), undefined)
})
