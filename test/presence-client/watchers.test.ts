/**
 * Who watches me, as it changes. RFC 3857, RFC 3858.
 *
 *   alice                  agent                  bob
 *     |-- SUBSCRIBE winfo --->|                     |
 *     |<-- NOTIFY, nobody ----|<-- SUBSCRIBE -------|
 *     |<-- NOTIFY, bob -------|<-- Expires: 0 ------|
 *     |<-- NOTIFY, terminated-|                     |
 */
import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { sipTransportTo } from '../../client/node/sip-transports.ts'
import { createPresenceClient } from '../../client/presence-client.ts'
import type { WatcherNotification } from '../../client/watch-watchers.ts'
import type { DefaultPolicy } from '../../core/model/domain.ts'
import { PASSWORD, startAgent } from '../presence/agent-harness.ts'

async function setUp(t: TestContext, defaultPolicy: DefaultPolicy) {
  const agent = await startAgent(t, { domains: [{ defaultPolicy }] })
  const clientOf = (user: string) => {
    const client = createPresenceClient({
      account: `${user}@example.com`,
      password: PASSWORD,
      transport: sipTransportTo({ transport: 'udp', host: '127.0.0.1', port: agent.ports.UDP }),
    })
    t.after(() => client.close())
    return client
  }
  const watch = clientOf('alice').watchWatchers()[Symbol.asyncIterator]()
  const next = async (): Promise<WatcherNotification> =>
    (await watch.next()).value ?? assert.fail('the watch has ended')
  return { clientOf, next }
}

const told = ({ watcher, status, event }: WatcherNotification) => [watcher, status, event]

test('RFC 3857 §4.7: who begins and ceases to watch me is told, each change once', async (t) => {
  const { clientOf, next } = await setUp(t, 'allow-domain')
  const watch = clientOf('bob').watch('alice@example.com')
  await watch[Symbol.asyncIterator]().next()
  assert.deepEqual(told(await next()), ['sip:bob@example.com', 'active', 'subscribe'])
  await watch.close()
  assert.deepEqual(told(await next()), ['sip:bob@example.com', 'terminated', 'timeout'])
})

test('RFC 3857 §4.7.1: who asks is pending, and waiting when she has gone without an answer', async (t) => {
  const { clientOf, next } = await setUp(t, 'confirm')
  const watch = clientOf('bob').watch('alice@example.com')
  await watch[Symbol.asyncIterator]().next()
  assert.deepEqual(told(await next()), ['sip:bob@example.com', 'pending', 'subscribe'])
  await watch.close()
  const rest = [await next()]
  if (rest[0]?.status === 'terminated') rest.push(await next())
  assert.equal(rest.at(-1)?.status, 'waiting')
})
