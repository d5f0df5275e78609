/** Two thousand broken messages, the same in every run: nothing throws, nobody is served worse afterwards. RFC 4475. */
import assert from 'node:assert/strict'
import test from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { silentLog, type Log } from '../../core/model/log.ts'
import { openSipClient, type SipClient } from '../support/sip-client.ts'
import { brokenMessages } from '../support/broken-messages.ts'
import { startAgent } from './agent-harness.ts'

const MESSAGES = 1_000
const SEED = 20_261_121

/** Collects what the agent calls a fault of its own. */
function listeningLog(faults: unknown[]): Log {
  const note = (fields: object, text: string) => void faults.push({ ...fields, text })
  return { ...silentLog, error: note }
}

for (const trusted of [true, false]) {
  const whom = trusted ? 'a trusted peer' : 'a stranger'
  test(`broken messages of ${whom}, seed ${SEED}, throw nothing and hold up nobody`, async (t) => {
    const faults: unknown[] = []
    const agent = await startAgent(t, { trusted, agent: { log: listeningLog(faults) } })
    const udp = await openSipClient(agent.ports.UDP)
    t.after(() => udp.close())
    const connections: SipClient[] = []
    t.after(() => Promise.all(connections.map((connection) => connection.close())))
    let number = 0
    for (const message of brokenMessages(SEED + (trusted ? 1 : 0), MESSAGES)) {
      udp.send(message)
      // A message that spoils the stream ends its connection: one for every ten.
      if (number++ % 10 === 0) connections.push(await openSipClient(agent.ports.TCP, 'TCP'))
      connections.at(-1)?.send(message)
      if (number % 50 === 0) await pause(1)
    }
    for (const transport of ['UDP', 'TCP'] as const) {
      const bob = await agent.phone('bob', { transport })
      assert.equal((await bob.request('OPTIONS', { uri: 'sip:example.com' })).status, 200)
      const subscribed = await bob.subscribe('sip:alice@example.com')
      assert.equal(subscribed.response.status, 200)
      assert.match((await bob.notify()).body, /<presence /)
    }
    assert.deepEqual(faults, [])
  })
}
