/** Event rates: a watcher says how often it wants to be told. RFC 6446. */
import assert from 'node:assert/strict'
import test, { type TestContext } from 'node:test'
import {
  askedRates,
  grantedRates,
  rateParameters,
} from '../../presence-agent/notify/event-rates.ts'
import { parseEvent } from '../../core/sip/event.ts'
import type { SipText } from '../support/sip-client.ts'
import { startAgent, type HarnessOptions } from './agent-harness.ts'
import { pidf } from './phone.ts'
import { ALICE, nothingMore } from './watched-alice.ts'

const noted = (note: string) => pidf(ALICE, 'open', `<note>${note}</note>`)
const stateOf = (notify: SipText) => notify.header('subscription-state')

async function rated(t: TestContext, parameters: string, options?: HarnessOptions) {
  const agent = await startAgent(t, options)
  const [alice, bob] = [await agent.phone('alice'), await agent.phone('bob')]
  let tag = ''
  const publish = async (note: string) => {
    const response = await alice.publish(noted(note), tag === '' ? [] : [`SIP-If-Match: ${tag}`])
    assert.equal(response.status, 200)
    tag = response.header('sip-etag') ?? ''
  }
  await publish('first')
  const dialog = await bob.subscribe(ALICE, ['Expires: 600'], `presence${parameters}`)
  const first = await bob.notify()
  await agent.advance(0)
  /** Nothing came until now, and this comes after so many seconds. */
  const after = async (seconds: number) => {
    await nothingMore(agent, bob)
    await agent.advance(seconds * 1000)
    const notify = await bob.notify()
    await agent.advance(0)
    return notify
  }
  return { agent, bob, dialog, first, publish, after }
}

test('RFC 6446 §5.2: between two NOTIFYs lies the reciprocal of max-rate, and the newest state is told', async (t) => {
  const { agent, bob, first, publish, after } = await rated(t, ';max-rate=0.05')
  assert.equal(stateOf(first), 'active;expires=600;max-rate=0.05')
  await publish('b')
  await agent.advance(19_000)
  await publish('c')
  assert.match((await after(1.001)).body, /<note>c</)
  await nothingMore(agent, bob)
  await agent.advance(60_000)
  await publish('d')
  assert.match((await bob.notify()).body, /<note>d</, 'after a long silence at once')
})

test('RFC 6446 §5.2: what answers a SUBSCRIBE, and the end, do not wait', async (t) => {
  const { bob, dialog, publish } = await rated(t, ';max-rate=0.01')
  await publish('b')
  await bob.refresh(dialog, 600)
  assert.match((await bob.notify()).body, /<note>b</)
  await bob.refresh(dialog, 0)
  assert.equal(stateOf(await bob.notify()), 'terminated;reason=timeout')
})

test('RFC 6446 §5.1: a refresh without max-rate takes it away, what waits for it included', async (t) => {
  const { agent, bob, dialog, publish } = await rated(t, ';max-rate=0.01')
  await publish('b')
  await nothingMore(agent, bob)
  await bob.refresh({ ...dialog, event: 'presence' }, 600)
  assert.equal(stateOf(await bob.notify()), 'active;expires=600')
  await publish('c')
  assert.match((await bob.notify()).body, /<note>c</)
})

test('RFC 6446 §5.1: a refresh with a higher max-rate shortens the wait', async (t) => {
  const { agent, bob, dialog, publish, after } = await rated(t, ';max-rate=0.002')
  await publish('b')
  await nothingMore(agent, bob)
  await bob.refresh({ ...dialog, event: 'presence;max-rate=0.1' }, 600)
  assert.equal(stateOf(await bob.notify()), 'active;expires=600;max-rate=0.1')
  await publish('c')
  assert.match((await after(10.001)).body, /<note>c</)
})

test('RFC 6446 §5.3: one NOTIFY falls into the subscription at least', async (t) => {
  const { first } = await rated(t, ';max-rate=0.0001')
  assert.equal(stateOf(first), 'active;expires=600;max-rate=0.0016666667')
})

test('RFC 6446 §5.2: the slower of local policy and the asked rate counts, and is said', async (t) => {
  const presence = {
    ...{ minExpires: 60, maxExpires: 7200, throttle: 20 },
    iconWithStatusIcon: true,
  }
  const { first, publish, after } = await rated(t, ';max-rate=1', { agent: { presence } })
  assert.equal(stateOf(first), 'active;expires=600;max-rate=0.05')
  await publish('b')
  assert.match((await after(20.001)).body, /<note>b</)
})

test('RFC 6446 §6.2: with min-rate the state is told again when nothing else has been', async (t) => {
  const { agent, bob, first, publish, after } = await rated(t, ';min-rate=0.01')
  assert.equal(stateOf(first), 'active;expires=600;min-rate=0.01')
  assert.match((await after(100.001)).body, /<note>first</)
  await agent.advance(60_000)
  await publish('b')
  await bob.notify()
  await agent.advance(0)
  await agent.advance(60_000)
  assert.match((await after(40.001)).body, /<note>b</, 'counted from the last NOTIFY')
})

test('RFC 6446 §6.3: a min-rate that would be a burden is lowered, and the watcher told', async (t) => {
  const { first, after } = await rated(t, ';min-rate=10')
  assert.equal(stateOf(first), 'active;expires=600;min-rate=0.2')
  await after(5.001)
})

test('RFC 6446 §6.2: min-rate goes on after a restart, and not after the end', async (t) => {
  const { agent, bob, dialog, after } = await rated(t, ';min-rate=0.01')
  await agent.restart()
  assert.equal(stateOf(await after(100.001)), 'active;expires=500;min-rate=0.01')
  await bob.refresh(dialog, 0, 50)
  await bob.notify()
  await agent.advance(0)
  await agent.advance(200_000)
  await nothingMore(agent, bob)
})

test('RFC 6446 §6.2: who has the state by its own word is not told it again for the sake of min-rate', async (t) => {
  const { agent, bob, dialog, first } = await rated(t, ';min-rate=0.01')
  const tag = first.header('sip-etag') ?? ''
  const condition = [`Suppress-If-Match: ${tag}`]
  assert.equal((await bob.refresh(dialog, 600, undefined, condition)).status, 204)
  await agent.advance(300_000)
  await nothingMore(agent, bob)
})

test('RFC 6446 §7.4: adaptive-min-rate tells at that rate, and more rarely after a burst', async (t) => {
  const { agent, bob, first, publish, after } = await rated(t, ';adaptive-min-rate=0.1')
  assert.equal(stateOf(first), 'active;expires=600;adaptive-min-rate=0.1')
  await agent.advance(9_000)
  await after(2.001)
  for (const note of ['b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k']) {
    await publish(note)
    await bob.notify()
    await agent.advance(0)
  }
  // Twenty-one in the last hundred seconds: 21 / (0.1² × 100).
  await agent.advance(20_900)
  await after(0.101)
})

test('RFC 6446 §9.3: a 2xx to a NOTIFY brings other rates; one for another package does not', async (t) => {
  const { agent, bob, publish, after } = await rated(t, ';max-rate=0.01')
  await agent.advance(100_001)
  await publish('b')
  bob.answer(await bob.notify(null), 200, ['Event: presence;max-rate=0.1'])
  await agent.advance(0)
  await publish('c')
  const third = await after(10.001)
  assert.match(stateOf(third) ?? '', /;max-rate=0\.1$/)
  await publish('d')
  await agent.advance(10_001)
  bob.answer(await bob.notify(null), 200, ['Event: dialog;max-rate=0.01'])
  await agent.advance(0)
  await publish('e')
  await after(10.001)
})

test('RFC 6446 §5.2: the end does not wait for a rate that the answer to the NOTIFY before it brings', async (t) => {
  const { agent, bob, dialog, publish } = await rated(t, ';max-rate=10')
  await agent.advance(200)
  await publish('b')
  const notify = await bob.notify(null)
  await bob.refresh(dialog, 0)
  bob.answer(notify, 200, ['Event: presence;max-rate=0.01'])
  assert.equal(stateOf(await bob.notify()), 'terminated;reason=timeout')
})

const granted = (event: string, duration = 1000, highest = Infinity) =>
  rateParameters(
    grantedRates(askedRates(parseEvent(event)?.parameters ?? new Map()), { duration, highest }),
  )

test('RFC 6446 §9.2: what the grammar does not know is not asked for', () => {
  for (const value of ['0', '0.0', '100', '1e-3', '-1', '.5', '1.', '1.12345678901', 'x', '']) {
    assert.equal(granted(`presence;max-rate=${value};min-rate=${value}`), '', value)
  }
  assert.equal(granted('presence;MAX-RATE = 99.9999999999'), ';max-rate=99.9999999999')
  assert.equal(granted('presence;max-rate=10.50'), ';max-rate=10.5')
})

test('RFC 6446 §8: no minimum above the maximum, and none that the adaptive one makes needless', () => {
  const cases = {
    ';max-rate=0.1;min-rate=0.15': ';max-rate=0.1;min-rate=0.1',
    ';max-rate=0.1;adaptive-min-rate=0.15': ';max-rate=0.1;adaptive-min-rate=0.1',
    ';min-rate=0.1;adaptive-min-rate=0.05': ';adaptive-min-rate=0.05',
    ';min-rate=0.01;adaptive-min-rate=0.05': ';min-rate=0.01;adaptive-min-rate=0.05',
    ';max-rate=0.002;min-rate=0.001': ';max-rate=0.002;min-rate=0.001',
  }
  for (const [asked, expected] of Object.entries(cases)) {
    assert.equal(granted(`presence${asked}`), expected)
  }
  assert.equal(granted('presence;min-rate=0.15', 1000, 0.1), ';min-rate=0.1')
})
