/** Long lists: told piece by piece, and within bounds. RFC 4662 §5.2, CLIENTS behaviour 12. */
import assert from 'node:assert/strict'
import test from 'node:test'
import type { Aor } from '../../core/uri/aor.ts'
import { startAgent, type AgentHarness } from './agent-harness.ts'
import { ALICE, entries, subscribeByList, told, type ToldList } from './list-reader.ts'
import { pidf, type Phone } from './phone.ts'

const names = (count: number) => Array.from({ length: count }, (_, at) => `user${at}`)
const uris = (users: readonly string[]) => users.map((user) => `sip:${user}@example.com`)

async function populate(agent: AgentHarness, users: readonly string[]): Promise<void> {
  for (const user of users) {
    const aor = `sip:${user}@example.com` as Aor
    await agent.store.accounts.put({ aor, aliases: [], credentials: [] })
  }
}

/** NOTIFYs until everybody's state was told. */
async function toldUntil(phone: Phone, isComplete: (states: ToldList['states']) => boolean) {
  const all: ToldList[] = []
  let states: Record<string, string> = {}
  do {
    const next = await told(phone)
    all.push(next)
    states = next.fullState ? { ...next.states } : { ...states, ...next.states }
  } while (!isComplete(states))
  return { all, states }
}

const isActive = (count: number) => (states: ToldList['states']) =>
  Object.values(states).filter((state) => state === 'active').length === count

test('over TCP a thousand members are all named in the first document, and told in a few', async (t) => {
  const agent = await startAgent(t)
  const users = names(1_000)
  await populate(agent, users)
  const bob = await agent.phone('bob', { transport: 'TCP' })
  assert.equal((await subscribeByList(bob, entries(...uris(users)))).status, 200)
  const { all } = await toldUntil(bob, isActive(1_000))
  assert.deepEqual(Object.keys(all[0]?.states ?? {}), users)
  assert.deepEqual(
    all.map(({ version, fullState }) => [version, fullState]),
    all.map((_, at) => [at, at === 0]),
  )
  assert.ok(all.length < 20, `${all.length} NOTIFYs`)
  for (const { notify } of all)
    assert.ok(notify.content.length <= 66_000, `${notify.content.length}`)
})

test('over UDP no NOTIFY of a list is much larger than 8 kB', async (t) => {
  const agent = await startAgent(t)
  const users = names(300)
  await populate(agent, users)
  const bob = await agent.phone('bob')
  await subscribeByList(bob, entries(...uris(users)))
  const { all, states } = await toldUntil(bob, isActive(300))
  for (const { notify } of all)
    assert.ok(notify.content.length <= 8_500, `${notify.content.length}`)
  assert.deepEqual(Object.keys(states), users)
  assert.equal(all[0]?.fullState, true)
})

test('a list that fits is whole: no resource is named without its state', async (t) => {
  const agent = await startAgent(t)
  const users = names(8)
  await populate(agent, users)
  const bob = await agent.phone('bob')
  await subscribeByList(bob, entries(...uris(users)))
  assert.ok(isActive(8)((await told(bob)).states))
})

test('one change among hundreds of members is told by itself', async (t) => {
  const agent = await startAgent(t)
  const users = names(199)
  await populate(agent, users)
  const alice = await agent.phone('alice')
  const bob = await agent.phone('bob', { transport: 'TCP' })
  await subscribeByList(bob, entries(...uris(users), ALICE))
  await toldUntil(bob, isActive(200))
  await alice.publish(pidf(ALICE, 'open'))
  const { states, fullState } = await told(bob)
  assert.deepEqual([fullState, states], [false, { alice: 'active' }])
})

test('members count as subscriptions: those beyond the bound are named without a state', async (t) => {
  const agent = await startAgent(t, { agent: { limits: { subscriptionsPerWatcher: 6 } } })
  const users = names(10)
  await populate(agent, users)
  const bob = await agent.phone('bob')
  await subscribeByList(bob, entries(...uris(users)))
  const { states } = await told(bob)
  assert.equal(Object.keys(states).length, 10)
  assert.ok(isActive(5)(states))
})
