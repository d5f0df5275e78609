/** PUBLISH, SUBSCRIBE and NOTIFY over UDP, as RFC 3903 and RFC 6665 lay them down. */
import assert from 'node:assert/strict'
import test from 'node:test'
import { startAgent } from './agent-harness.ts'
import { pidf } from './phone.ts'

const ALICE = 'sip:alice@example.com'

/*
 *  bob            agent            alice
 *   |--SUBSCRIBE-->|                 |
 *   |<----200------|                 |
 *   |<---NOTIFY----|  closed         |
 *   |              |<----PUBLISH-----|
 *   |              |------200------->|
 *   |<---NOTIFY----|  open           |
 */
test('RFC 3856: a watcher hears what the presentity publishes', async (t) => {
  const agent = await startAgent(t)
  const bob = await agent.phone('bob')
  const alice = await agent.phone('alice')
  const { response } = await bob.subscribe(ALICE)
  assert.equal(response.status, 200)
  assert.equal(response.header('expires'), '600')
  const first = await bob.notify()
  assert.match(first.header('subscription-state') ?? '', /^active;expires=600$/)
  assert.equal(first.header('content-type'), 'application/pidf+xml')
  assert.match(first.body, /<basic>closed<\/basic>/)
  const published = await alice.publish(pidf(ALICE, 'open'))
  assert.equal(published.status, 200)
  assert.match(published.header('sip-etag') ?? '', /^\w+$/)
  assert.equal(published.header('expires'), '3600')
  const second = await bob.notify()
  assert.match(second.body, /<basic>open<\/basic>/)
})
