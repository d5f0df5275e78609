/**
 * The client against the real presence agent, over every transport.
 *
 *   alice                 agent                  bob
 *     |                     |<-- SUBSCRIBE, 401 --|
 *     |                     |--- NOTIFY closed -->|
 *     |-- PUBLISH, 401 ---->|--- NOTIFY open ---->|
 *     |-- PUBLISH (0) ----->|--- NOTIFY closed -->|
 */
import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { createPresenceClient, type PresenceClient } from '../../client/presence-client.ts'
import type { SipServer } from '../../client/node/sip-server.ts'
import { sipTransportTo } from '../../client/node/sip-transports.ts'
import type { PresenceNotification } from '../../client/presence.ts'
import { PASSWORD, startAgent } from '../presence/agent-harness.ts'
import { authority } from '../support/certificates.ts'

async function setUp(t: TestContext, transport: SipServer['transport']) {
  const agent = await startAgent(t)
  await agent.addAccount('alice')
  await agent.addAccount('bob')
  const name = transport.toUpperCase() as keyof typeof agent.ports
  const server = { transport, host: '127.0.0.1', port: agent.ports[name], ca: authority }
  const clientOf = (user: string, password = PASSWORD): PresenceClient => {
    const client = createPresenceClient({
      account: `${user}@example.com`,
      password,
      transport: sipTransportTo(server),
    })
    t.after(() => client.close())
    return client
  }
  return { agent, clientOf }
}

for (const transport of ['udp', 'tcp', 'tls', 'ws', 'wss'] as const) {
  test(`over ${transport}: what alice publishes, changes and removes, bob sees`, async (t) => {
    const { clientOf } = await setUp(t, transport)
    const alice = clientOf('alice')
    const watch = clientOf('bob').watch('alice@example.com')[Symbol.asyncIterator]()
    const next = async (): Promise<PresenceNotification> =>
      (await watch.next()).value ?? assert.fail('the watch has ended')

    const first = await next()
    assert.deepEqual([first.subscription, first.basic], ['active', 'closed'])
    await alice.publish({ activities: ['busy'], note: 'Grüße' })
    const open = await next()
    assert.deepEqual([open.basic, open.activities, open.note], ['open', ['busy'], 'Grüße'])
    await alice.publish({ basic: 'open', icon: 'http://pictures.example/alice.png' })
    const icon = await next()
    assert.deepEqual(icon.activities, [])
    assert.equal(icon.icon?.url, 'http://pictures.example/alice.png')
    await alice.unpublish()
    assert.equal((await next()).basic, 'closed')
  })

  test(`over ${transport}: a wrong password is told in words`, async (t) => {
    const { clientOf } = await setUp(t, transport)
    await assert.rejects(clientOf('alice', 'wrong').publish({}), /wrong password.*\(401/)
    const watch = clientOf('bob', 'wrong').watch('alice@example.com')
    await assert.rejects(watch[Symbol.asyncIterator]().next(), /wrong password.*\(401/)
  })
}

test('a server that restarts in between keeps telling bob', async (t) => {
  const { agent, clientOf } = await setUp(t, 'udp')
  const watch = clientOf('bob').watch('alice@example.com')[Symbol.asyncIterator]()
  await watch.next()
  await agent.restart()
  await clientOf('alice').publish({ note: 'after the restart' })
  assert.equal((await watch.next()).value?.note, 'after the restart')
})
