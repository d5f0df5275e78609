/** Alice, who follows who watches her, and a phone for all the others. */
import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import type { SubscriptionRecord } from '../../core/model/event-state.ts'
import { parseWatcherInfo, type WatcherInfo } from '../../core/documents/watcherinfo.ts'
import { readDocument } from '../../core/documents/xml-reader.ts'
import { startAgent, type AgentHarness, type HarnessOptions } from './agent-harness.ts'
import type { Phone } from './phone.ts'

export const ALICE = 'sip:alice@example.com'
export const WINFO = 'presence.winfo'
export const STRANGER = 'sip:stranger@elsewhere.example'
export const assertedAs = (aor: string) => `P-Asserted-Identity: <${aor}>`

/** Alice, who watches her watchers, and a phone behind a trusted proxy, which anybody can use. */
export async function setUp(t: TestContext, options: HarnessOptions = {}) {
  const agent = await startAgent(t, { trusted: true, ...options })
  return { agent, alice: await agent.phone('alice'), phone: await agent.phone('bob') }
}

export const watchAs = (phone: Phone, aor: string, expires = 600, watched = ALICE) =>
  phone.subscribe(watched, [`Expires: ${expires}`, assertedAs(aor)])
export const watchWatchers = (phone: Phone, expires = 600) =>
  phone.subscribe(ALICE, [`Expires: ${expires}`], WINFO)

export async function told(phone: Phone): Promise<WatcherInfo & { readonly header: string }> {
  const notify = await phone.notify()
  assert.equal(notify.header('content-type'), 'application/watcherinfo+xml')
  const reading = readDocument(notify.body, parseWatcherInfo)
  if (reading.error !== undefined) assert.fail(reading.detail)
  return { ...reading.value, header: notify.header('subscription-state') ?? '' }
}

export const watchersIn = ({ lists }: WatcherInfo) => lists.flatMap(({ watchers }) => watchers)
export const standing = (info: WatcherInfo) =>
  watchersIn(info).map(({ uri, status, event }) => `${uri} ${status} ${event}`)

export async function fetched(phone: Phone): Promise<string[]> {
  await watchWatchers(phone, 0)
  return standing(await told(phone))
}

export const nothingMore = async (agent: AgentHarness, phone: Phone) => {
  await agent.advance(0)
  await agent.advance(0)
  assert.deepEqual(phone.client.untaken(), [])
}

export async function storedSubscriptions({ store }: AgentHarness): Promise<SubscriptionRecord[]> {
  const records: SubscriptionRecord[] = []
  for await (const record of store.eventState.subscriptions()) records.push(record)
  return records
}
