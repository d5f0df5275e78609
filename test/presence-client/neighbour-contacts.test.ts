/**
 * How alice and bob, who is in XMPP, stand to each other, as her client finds out: what `visage contacts list` says. RFC 6121 §2.1.2.
 *
 *   alice's client         agent             gateway
 *     |                      |<--watch---------|  bob asks
 *     |--SUBSCRIBE bob------>|--subscribed---->|  alice asks
 *     |<--NOTIFY-------------|  pending, active, or 403
 *     |--SUBSCRIBE winfo---->|
 *     |<--NOTIFY-------------|  bob pending, or active
 */
import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { contactBook } from '../../client/contact-book.ts'
import { gatherReports } from '../../client/contact-reports.ts'
import { sipTransportTo } from '../../client/node/sip-transports.ts'
import { createPresenceClient } from '../../client/presence-client.ts'
import { parseRuleset } from '../../core/documents/common-policy.ts'
import { parseResourceLists } from '../../core/documents/resource-lists.ts'
import { readDocument } from '../../core/documents/xml-reader.ts'
import type { SubHandling } from '../../core/model/presence-policy.ts'
import { PASSWORD } from '../presence/agent-harness.ts'
import { entries, list, resourceLists } from '../presence/list-reader.ts'
import { one, rule, ruleset, writeRules } from '../presence/ruled-alice.ts'
import { ALICE, startBesideNeighbour, XBOB } from '../presence/scripted-neighbour.ts'

interface Standing {
  /** He is on her list, and answers so. */
  readonly bobSays?: SubHandling
  /** He has asked, and her rules say so. */
  readonly aliceSays?: SubHandling
}

async function relationOf(t: TestContext, { bobSays, aliceSays }: Standing): Promise<string> {
  const { agent, neighbour } = await startBesideNeighbour(t)
  if (bobSays) neighbour.says = bobSays
  const rules = rule(one(XBOB), aliceSays ?? 'confirm')
  await writeRules(agent, rules)
  // Her rules are read for it: he is among her watchers as soon as he is told how he stands.
  const asks = { presentity: ALICE, watcher: XBOB, since: 0 }
  if (aliceSays) await new Promise((told) => void agent.source.watch(asks, told))
  const client = createPresenceClient({
    ...{ account: ALICE, password: PASSWORD },
    transport: sipTransportTo({ transport: 'tcp', host: '127.0.0.1', port: agent.ports.TCP }),
  })
  t.after(() => client.close())
  const reports = await gatherReports(client, bobSays ? [XBOB] : [])
  assert.deepEqual(reports.problems, [])
  const lists = readDocument(
    resourceLists(bobSays ? list('friends', entries(XBOB)) : ''),
    parseResourceLists,
  )
  const policy = readDocument(ruleset(rules), parseRuleset)
  assert.ok(lists.error === undefined && policy.error === undefined)
  const book = contactBook({
    ...{ own: ALICE, lists: lists.value, rules: policy.value, now: 0, reports },
  })
  const [bob] = book.filter(({ address }) => address === XBOB)
  const { relation, pendingOut, pendingIn } = bob ?? assert.fail('he is not among her contacts')
  return [relation, pendingOut && 'asked', pendingIn && 'wants'].filter(Boolean).join(' ')
}

const TABLE: readonly [relation: string, standing: Standing][] = [
  ['none', {}],
  ['none asked', { bobSays: 'confirm' }],
  ['to', { bobSays: 'allow' }],
  ['none', { bobSays: 'block' }],
  ['none wants', { aliceSays: 'confirm' }],
  ['none asked wants', { bobSays: 'confirm', aliceSays: 'confirm' }],
  ['to wants', { bobSays: 'allow', aliceSays: 'confirm' }],
  ['from', { aliceSays: 'allow' }],
  ['from', { aliceSays: 'polite-block' }],
  ['from asked', { bobSays: 'confirm', aliceSays: 'allow' }],
  ['both', { bobSays: 'allow', aliceSays: 'allow' }],
  ['from', { bobSays: 'block', aliceSays: 'allow' }],
]
for (const [relation, standing] of TABLE) {
  const { bobSays = 'was not asked', aliceSays = 'was not asked' } = standing
  test(`RFC 6121 Appendix A: bob ${bobSays}, alice ${aliceSays}: ${relation}`, async (t) => {
    assert.equal(await relationOf(t, standing), relation)
  })
}
