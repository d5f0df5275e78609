/** Subscriptions to lists that have an address: what is told, and when. RFC 4662 §4, RFC 4826 §4.5. */
import assert from 'node:assert/strict'
import test from 'node:test'
import { startAgent } from './agent-harness.ts'
import { ALICE, CAROL, FRIENDS, storeFriends, subscribeToList, told } from './list-reader.ts'
import { pidf } from './phone.ts'

/*
 *  bob                 agent                alice
 *   |                    |<----PUBLISH--------|
 *   |--SUBSCRIBE list--->|                    |
 *   |<--200--------------|  Require: eventlist
 *   |<--NOTIFY full------|  alice, carol
 *   |                    |<----PUBLISH--------|
 *   |<--NOTIFY partial---|  alice
 */
test('RFC 4662 §4.5, §5.2: the whole list first, from version 0, then what changes', async (t) => {
  const agent = await startAgent(t)
  await storeFriends(agent, ALICE, CAROL)
  const [alice, bob] = [await agent.phone('alice'), await agent.phone('bob')]
  await alice.publish(pidf(ALICE, 'open'))
  const { response } = await subscribeToList(bob)
  assert.equal(response.status, 200)
  assert.equal(response.header('require'), 'eventlist')
  const first = await told(bob)
  assert.equal(first.notify.header('require'), 'eventlist')
  assert.equal(first.notify.header('event'), 'presence')
  assert.deepEqual([first.uri, first.version, first.fullState], [FRIENDS, 0, true])
  assert.deepEqual(first.states, { alice: 'active', carol: 'active' })
  assert.match(first.bodies['alice'] ?? '', /entity="sip:alice@example.com".*<basic>open</)
  assert.match(first.bodies['carol'] ?? '', /<basic>closed</)
  await alice.publish(pidf(ALICE, 'closed'))
  const second = await told(bob)
  assert.deepEqual([second.version, second.fullState], [1, false])
  assert.deepEqual(second.states, { alice: 'active' })
})
