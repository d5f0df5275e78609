/** libpurple (Pidgin, finch) over TCP reads one message at a time: what comes with the 2xx it leaves lying. */
import assert from 'node:assert/strict'
import test from 'node:test'
import { startAgent } from './agent-harness.ts'

const ALICE = 'sip:alice@example.com'

test('RFC 6665 §4.2.1.2: libpurple over TCP gets its first NOTIFY a tenth of a second after the 2xx', async (t) => {
  const agent = await startAgent(t)
  const bob = await agent.phone('bob', { transport: 'TCP' })
  await bob.subscribe(ALICE, ['User-Agent: Purple/2.14.12'])
  await agent.advance(99)
  assert.deepEqual(bob.client.untaken(), [])
  await agent.advance(1)
  assert.match((await bob.notify()).body, /<basic>closed</)
})

test('everybody else gets it at once', async (t) => {
  const agent = await startAgent(t)
  const bob = await agent.phone('bob', { transport: 'TCP' })
  await bob.subscribe(ALICE, ['User-Agent: baresip v1.0.0 (x86_64/linux)'])
  assert.match((await bob.notify()).body, /<basic>closed</)
})
