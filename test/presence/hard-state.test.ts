/** Hard state: what lies in pidf-manipulation is told like what is published, and stands when nothing is. RFC 4827 §1, §3. */
import assert from 'node:assert/strict'
import test from 'node:test'
import { PIDF_MANIPULATION } from '../../core/model/document-id.ts'
import { silentLog } from '../../core/model/log.ts'
import type { DocumentStore } from '../../core/model/stores.ts'
import type { Aor } from '../../core/uri/aor.ts'
import { createHardState } from '../../presence-agent/packages/hard-state.ts'
import { startAgent, type AgentHarness } from './agent-harness.ts'
import { pidf } from './phone.ts'

const ALICE = 'sip:alice@example.com' as Aor
const ID = { auid: PIDF_MANIPULATION, tree: ALICE, path: 'index' }
const noted = (basic: 'open' | 'closed', note: string) =>
  pidf(ALICE, basic, `<note>${note}</note>`).replace('id="t1"', 'id="hard"')

const put = ({ store }: AgentHarness, text: string) =>
  store.documents.put(ID, { contentType: 'application/pidf+xml', body: Buffer.from(text) }, {})
const tuples = (body: string) => [...body.matchAll(/<basic>(\w+)</g)].map(([, basic]) => basic)

/*
 *  bob            agent            store
 *   |--SUBSCRIBE-->|                 |
 *   |<---NOTIFY----|  closed         |
 *   |              |<----change------|  alice lays down hard state; she publishes nothing
 *   |<---NOTIFY----|  the hard state |
 *   |              |<----change------|  and deletes it
 *   |<---NOTIFY----|  closed         |
 */
test('RFC 4827 §1: hard state alone is shown, and without it the closed tuple is back', async (t) => {
  const agent = await startAgent(t)
  const bob = await agent.phone('bob')
  await bob.subscribe(ALICE)
  assert.deepEqual(tuples((await bob.notify()).body), ['closed'])
  await put(agent, noted('open', 'at sea'))
  const shown = (await bob.notify()).body
  assert.deepEqual(tuples(shown), ['open'])
  assert.match(shown, /<note>at sea</)
  await put(agent, noted('closed', 'ashore'))
  assert.match((await bob.notify()).body, /<note>ashore</)
  await agent.store.documents.delete(ID, {})
  const last = (await bob.notify()).body
  assert.deepEqual(tuples(last), ['closed'])
  assert.doesNotMatch(last, /ashore/)
})

test('RFC 4827 §3: PUBLISH leaves hard state as it is, and both are told', async (t) => {
  const agent = await startAgent(t)
  const [alice, bob] = [await agent.phone('alice'), await agent.phone('bob')]
  await put(agent, noted('closed', 'hard'))
  const published = await alice.publish(pidf(ALICE, 'open', '<note>soft</note>'))
  await bob.subscribe(ALICE)
  const both = (await bob.notify()).body
  assert.deepEqual(tuples(both), ['open', 'closed'])
  assert.match(both, /soft.*hard/s)
  await alice.publish(undefined, [
    `SIP-If-Match: ${published.header('sip-etag') ?? ''}`,
    'Expires: 0',
  ])
  const left = (await bob.notify()).body
  assert.deepEqual(tuples(left), ['closed'])
  assert.match(left, /<note>hard</)
})

test('hard state of before a restart is told after it', async (t) => {
  const agent = await startAgent(t)
  await put(agent, noted('open', 'kept'))
  await agent.restart()
  const bob = await agent.phone('bob')
  await bob.subscribe(ALICE)
  assert.match((await bob.notify()).body, /<note>kept</)
})

test('hard state that cannot be read is logged once and left out', async (t) => {
  const warnings: string[] = []
  const log = { ...silentLog, warn: (_: unknown, text: string) => warnings.push(text) }
  const agent = await startAgent(t, { agent: { log } })
  const [alice, bob] = [await agent.phone('alice'), await agent.phone('bob')]
  await put(agent, '<presence')
  await bob.subscribe(ALICE)
  assert.deepEqual(tuples((await bob.notify()).body), ['closed'])
  await alice.publish(pidf(ALICE, 'open'))
  assert.deepEqual(tuples((await bob.notify()).body), ['open'])
  assert.deepEqual(warnings, ['hard state cannot be read'])
})

test('a store that fails to give hard state does not keep the rest from the watchers', async (t) => {
  const get = () => Promise.reject(new Error('a damaged record'))
  const agent = await startAgent(t, {
    documents: (store) => ({ ...store.documents, get }),
  })
  const [alice, bob] = [await agent.phone('alice'), await agent.phone('bob')]
  await alice.publish(pidf(ALICE, 'open'))
  await bob.subscribe(ALICE)
  assert.deepEqual(tuples((await bob.notify()).body), ['open'])
})

function counted(answer: DocumentStore['get']) {
  const counts = { asked: 0 }
  const documents = {
    get(id: typeof ID) {
      counts.asked++
      return answer(id)
    },
  }
  const read = () => assert.fail('nothing is there to be read')
  return { counts, hardState: createHardState({ documents, read, log: silentLog }) }
}

test('the store is asked once for a presentity without hard state, and again after a change', () => {
  const { counts, hardState } = counted(() => undefined)
  for (let count = 0; count < 3; count++) assert.equal(hardState.of(ALICE), undefined)
  assert.equal(counts.asked, 1)
  assert.equal(hardState.changedBy({ ...ID, path: 'other' }), undefined)
  assert.equal(hardState.changedBy({ ...ID, tree: 'global' }), undefined)
  void hardState.of(ALICE)
  assert.equal(counts.asked, 1)
  assert.equal(hardState.changedBy(ID), ALICE)
  void hardState.of(ALICE)
  assert.equal(counts.asked, 2)
})

test('what the store said before a change is not remembered after it', async () => {
  let answer: (document: undefined) => void = () => undefined
  const { counts, hardState } = counted(() => new Promise((resolve) => (answer = resolve)))
  const asked = hardState.of(ALICE)
  hardState.changedBy(ID)
  answer(undefined)
  assert.equal(await asked, undefined)
  void hardState.of(ALICE)
  assert.equal(counts.asked, 2)
})
