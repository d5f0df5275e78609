/** Requests that wait: for a slow account look-up, and too many of them. RFC 3903 §6, RFC 3261 §21.5.4. */
import assert from 'node:assert/strict'
import test, { type TestContext } from 'node:test'
import type { Account } from '../../core/model/account.ts'
import type { PresenceAgentOptions } from '../../presence-agent/presence-agent-options.ts'
import type { Aor } from '../../core/uri/aor.ts'
import { startAgent } from './agent-harness.ts'
import { pidf, type Phone } from './phone.ts'

const ALICE = 'sip:alice@example.com'

/** An agent behind a trusted proxy; alice's account is found only once `release` is called. */
async function slowAccounts(t: TestContext, agent: Partial<PresenceAgentOptions> = {}) {
  let release = (): void => undefined
  const opened = new Promise<undefined>((resolve) => {
    release = () => {
      resolve(undefined)
    }
  })
  const known = (aor: Aor): Account => ({ aor, aliases: [], credentials: [] })
  const accounts: PresenceAgentOptions['accounts'] = {
    find: (aor) => (aor === ALICE ? opened.then(() => known(aor)) : known(aor)),
  }
  const harness = await startAgent(t, { trusted: true, agent: { ...agent, accounts } })
  return { harness, release }
}

/** Sends without waiting for the answer. */
function publishLater(phone: Phone, note: string): Promise<number> {
  const headers = ['Event: presence', 'Content-Type: application/pidf+xml']
  const body = pidf(phone.aor, 'open', `<note>${note}</note>`)
  return phone.request('PUBLISH', { uri: phone.aor, headers, body }).then(({ status }) => status)
}

test('a look-up that takes its time holds up its own presentity in order, and nobody else', async (t) => {
  const { harness, release } = await slowAccounts(t)
  const [alice, bob] = [await harness.phone('alice'), await harness.phone('bob')]
  const order: string[] = []
  const first = publishLater(alice, 'first').then(() => order.push('first'))
  const second = publishLater(alice, 'second').then(() => order.push('second'))
  assert.equal((await bob.publish(pidf(bob.aor, 'open'))).status, 200)
  assert.deepEqual(order, [])
  release()
  await Promise.all([first, second])
  assert.deepEqual(order, ['first', 'second'])
})

test('RFC 3261 §21.5.4: when too many requests wait the next gets 503 with Retry-After, and those that wait are served', async (t) => {
  // The news of alice's account, which the harness made, waits too.
  const { harness, release } = await slowAccounts(t, { limits: { waitingRequests: 3 } })
  const [alice, bob] = [await harness.phone('alice'), await harness.phone('bob')]
  const waiting = [publishLater(alice, 'first'), publishLater(alice, 'second')]
  // OPTIONS of the same peer comes behind them, so they wait by now.
  const refused = await alice.request('OPTIONS', { uri: 'sip:example.com' })
  assert.equal(refused.status, 503)
  assert.match(refused.header('retry-after') ?? '', /^\d+$/)
  release()
  assert.deepEqual(await Promise.all(waiting), [200, 200])
  assert.equal((await bob.publish(pidf(bob.aor, 'open'))).status, 200)
})
