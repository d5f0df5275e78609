/** Long lists: told piece by piece, and within bounds. RFC 4662 §5.2, CLIENTS behaviour 12. */
import assert from 'node:assert/strict'
import test from 'node:test'
import { deflateSync } from 'node:zlib'
import type { Aor } from '../../core/uri/aor.ts'
import type { SipText } from '../support/sip-client.ts'
import { startAgent, type AgentHarness } from './agent-harness.ts'
import {
  ALICE,
  entries,
  RECIPIENT_LIST,
  resourceLists,
  subscribeByList,
  told,
  type ToldList,
} from './list-reader.ts'
import { pidf, type Phone } from './phone.ts'

const names = (count: number) => Array.from({ length: count }, (_, at) => `user${at}`)
const uris = (users: readonly string[]) => users.map((user) => `sip:${user}@example.com`)

async function populate(agent: AgentHarness, users: readonly string[]): Promise<void> {
  for (const user of users) {
    const aor = `sip:${user}@example.com` as Aor
    await agent.store.accounts.put({ aor, aliases: [], credentials: [] })
  }
}

/** Into which a further SUBSCRIBE goes. */
function inDialogOf(response: SipText) {
  const tag = (name: string) => /;tag=([^;]+)/.exec(response.header(name) ?? '')?.[1] ?? ''
  const callId = response.header('call-id') ?? ''
  const dialog = { callId, fromTag: tag('from'), toTag: tag('to'), to: 'sip:rls@example.com' }
  return { dialog, uri: 'sip:127.0.0.1' }
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

test('members count as subscriptions, whoever they are: those beyond the bound are not listed', async (t) => {
  const agent = await startAgent(t, { agent: { limits: { subscriptionsPerWatcher: 6 } } })
  await populate(agent, names(3))
  const bob = await agent.phone('bob')
  const nobody = ['sip:nobody@example.com', 'sip:someone@elsewhere.example', 'sip:no1@example.com']
  await subscribeByList(bob, entries(...uris(names(3)), ...nobody))
  const { states } = await told(bob)
  assert.deepEqual(Object.keys(states), [...names(3), 'nobody', 'someone'])
  assert.equal((await bob.subscribe(ALICE)).response.status, 503)
})

test('lists that grow by refreshes do not outgrow the bound', async (t) => {
  const agent = await startAgent(t, { agent: { limits: { subscriptionsPerWatcher: 6 } } })
  const bob = await agent.phone('bob')
  const grown: number[] = []
  const dialogs = []
  for (const uri of uris(names(2))) {
    dialogs.push(await subscribeByList(bob, entries(uri)))
    await told(bob)
  }
  for (const response of dialogs) {
    await subscribeByList(bob, entries(...uris(names(9))), inDialogOf(response))
    grown.push((await told(bob)).resources.length)
  }
  // One for each of the two lists, four for their members.
  assert.deepEqual(grown, [3, 1])
})

test('a long body counts for as much memory as it takes', async (t) => {
  const agent = await startAgent(t, { agent: { limits: { subscriptionsPerWatcher: 40 } } })
  const bob = await agent.phone('bob', { transport: 'TCP' })
  const long = `<!-- ${'x'.repeat(60_000)} -->`
  assert.equal((await subscribeByList(bob, long)).status, 200)
  assert.equal((await subscribeByList(bob, long)).status, 503)
  const second = await subscribeByList(bob, '')
  assert.equal(second.status, 200)
  assert.equal((await subscribeByList(bob, long, inDialogOf(second))).status, 503)
})

test('a fetch of a list whose names fill a datagram is answered over UDP too', async (t) => {
  const agent = await startAgent(t)
  const bob = await agent.phone('bob')
  const long = Array.from({ length: 900 }, (_, at) => `sip:u${at}.${'x'.repeat(36)}@example.com`)
  const headers = [...RECIPIENT_LIST, 'Content-Encoding: deflate']
  const body = deflateSync(resourceLists(`<list>${entries(...long)}</list>`))
  const response = await subscribeByList(bob, body, { headers, expires: 0 })
  assert.equal(response.status, 200)
  assert.ok((await told(bob)).resources.length > 100)
})
