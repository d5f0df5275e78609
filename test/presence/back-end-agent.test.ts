/** Back-end subscriptions between two servers of ours, and NOTIFY at the agent's door. RFC 6665 §4.1, RFC 3325 §5. */
import assert from 'node:assert/strict'
import test from 'node:test'
import { setTimeout } from 'node:timers/promises'
import type { Aor } from '../../core/uri/aor.ts'
import { parseOutboundProxy } from '../../presence-agent/back-end/outbound-proxy.ts'
import { startAgent } from './agent-harness.ts'
import { startElsewhere, until } from './elsewhere.ts'
import { pidf } from './phone.ts'

const ALICE = 'sip:alice@example.com'
const PROXY = parseOutboundProxy('sip:127.0.0.1:9;transport=tcp')

for (const transport of ['UDP', 'TCP'] as const) {
  test(`RFC 4662 §7, RFC 3325 §5: over ${transport} a server that trusts us tells what the watcher may see`, async (t) => {
    const agent = await startAgent(t, { trusted: true })
    const alice = await agent.phone('alice')
    await alice.publish(pidf(ALICE, 'open'), ['Expires: 600'])
    const parameter = transport === 'TCP' ? ';transport=tcp' : ''
    const elsewhere = await startElsewhere(t, {
      proxyUri: `sip:127.0.0.1:${agent.ports[transport]}${parameter}`,
    })
    const { heard, close } = elsewhere.open({ uri: ALICE, watcher: 'sip:bob@example.com' as Aor })
    await until(() => heard.length === 1)
    assert.equal(heard[0]?.subscriptionState, 'active')
    assert.match(heard[0].body?.toString() ?? '', /<basic>open</)
    await alice.publish(pidf(ALICE, 'closed'), ['Expires: 600'])
    await until(() => heard.length === 2)
    close()
    await until(() => elsewhere.underWay() === 0)
    await setTimeout(20)
    await alice.publish(pidf(ALICE, 'open'), ['Expires: 600'])
    await setTimeout(20)
    assert.equal(heard.length, 2)
  })
}

test('RFC 6665 §4.1.3: the agent answers a NOTIFY that belongs to nothing with 481, and asks for no password', async (t) => {
  assert.ok(PROXY)
  const agent = await startAgent(t, {
    agent: { outbound: { proxy: PROXY, credentials: undefined } },
  })
  const bob = await agent.phone('bob')
  const headers = ['Event: presence', 'Subscription-State: active;expires=60']
  const uri = `sip:127.0.0.1:${agent.ports.UDP}`
  const answer = await bob.request('NOTIFY', { uri, toTag: 'none', headers })
  assert.equal(answer.status, 481)
  const options = await bob.request('OPTIONS', { uri })
  assert.match(options.header('allow') ?? '', /\bNOTIFY\b/)
})

test('RFC 3261 §8.2.1: without an outbound proxy nothing is subscribed to, and NOTIFY gets 405', async (t) => {
  const agent = await startAgent(t)
  const bob = await agent.phone('bob')
  const uri = `sip:127.0.0.1:${agent.ports.UDP}`
  const answer = await bob.request('NOTIFY', { uri, toTag: 'none' })
  assert.equal(answer.status, 405)
  assert.doesNotMatch(answer.header('allow') ?? '', /NOTIFY/)
})
