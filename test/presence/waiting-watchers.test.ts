/** Who asked and was not answered waits for days, whether a subscription stands or not. RFC 3857 §4.7.1. */
import assert from 'node:assert/strict'
import test from 'node:test'
import type { Aor } from '../../core/uri/aor.ts'

import {
  ALICE,
  STRANGER,
  setUp,
  watchAs,
  watchWatchers,
  told,
  watchersIn,
  standing,
  fetched,
  nothingMore,
  storedSubscriptions,
} from './watched-alice.ts'

const DAY = 86_400_000

/*
 *  alice               agent              a stranger
 *    |                    |<--SUBSCRIBE--------|  pending
 *    |                    |      600 s         |  waiting
 *    |                    |     restart        |
 *    |--SUBSCRIBE winfo-->|                    |
 *    |<--NOTIFY full------|  stranger waiting  |
 *    |                    |<--SUBSCRIBE--------|  pending again
 *    |<--NOTIFY-----------|  waiting is given up, the new one is pending
 */
test('RFC 3857 §4.7.1: a pending subscription that times out waits, over a restart, until it comes back', async (t) => {
  const { agent, alice, phone } = await setUp(t)
  await watchAs(phone, STRANGER)
  await phone.notify()
  await agent.advance(600_000)
  assert.match(
    (await phone.notify()).header('subscription-state') ?? '',
    /^terminated;reason=timeout/,
  )
  assert.deepEqual(await fetched(alice), [`${STRANGER} waiting timeout`])
  await agent.restart()
  await watchWatchers(alice)
  const first = await told(alice)
  assert.deepEqual(standing(first), [`${STRANGER} waiting timeout`])
  await watchAs(phone, STRANGER)
  await phone.notify()
  const next = await told(alice)
  assert.deepEqual(standing(next), [
    `${STRANGER} terminated giveup`,
    `${STRANGER} pending subscribe`,
  ])
  assert.equal(watchersIn(next)[0]?.id, watchersIn(first)[0]?.id)
})

test('RFC 3857 §4.7.1: who waited for seven days has given up, in the store too', async (t) => {
  const { agent, alice, phone } = await setUp(t)
  await watchAs(phone, STRANGER, 0)
  await phone.notify()
  await agent.advance(6 * DAY)
  assert.deepEqual(await fetched(alice), [`${STRANGER} waiting timeout`])
  await watchWatchers(alice, 7200)
  await told(alice)
  await agent.advance(DAY - 3_600_000)
  await agent.advance(3_600_000)
  await nothingMore(agent, phone)
  await agent.restart()
  assert.deepEqual(await fetched(alice), [])
  const records = await storedSubscriptions(agent)
  assert.deepEqual(records, [])
})

test('RFC 3857 §4.7.1: a fetch that is not let in waits; one beside a pending subscription is no news', async (t) => {
  const { agent, alice, phone } = await setUp(t)
  await watchWatchers(alice)
  await told(alice)
  await watchAs(phone, STRANGER, 0)
  await phone.notify()
  assert.deepEqual(standing(await told(alice)), [`${STRANGER} waiting timeout`])
  await watchAs(phone, STRANGER)
  await phone.notify()
  await told(alice)
  await watchAs(phone, STRANGER, 0)
  await phone.notify()
  await nothingMore(agent, alice)
})

test('who watches on two phones is two watchers, and waits once', async (t) => {
  const { agent, alice, phone } = await setUp(t)
  for (let count = 0; count < 2; count++) {
    await watchAs(phone, STRANGER)
    await phone.notify()
  }
  const pending = await fetched(alice)
  assert.deepEqual(pending, [`${STRANGER} pending subscribe`, `${STRANGER} pending subscribe`])
  await agent.advance(600_000)
  for (let count = 0; count < 2; count++) await phone.notify()
  assert.deepEqual(await fetched(alice), [`${STRANGER} waiting timeout`])
})

test('who cannot be told apart from nobody is not named, and does not wait', async (t) => {
  const { agent, alice, phone } = await setUp(t)
  const nobody = { uri: ALICE, from: 'tel:nobody', callId: 'x', fromTag: 'y' }
  await phone.request('SUBSCRIBE', { ...nobody, headers: ['Event: presence', 'Expires: 600'] })
  await phone.notify()
  assert.deepEqual(await fetched(alice), ['sip:anonymous@anonymous.invalid pending subscribe'])
  await agent.advance(600_000)
  await phone.notify()
  assert.deepEqual(await fetched(alice), [])
})

test('a presentity or a watcher that is removed takes its subscriptions with it', async (t) => {
  const { agent, alice, phone } = await setUp(t, { domains: [{ defaultPolicy: 'confirm' }] })
  await watchWatchers(alice)
  await told(alice)
  await watchAs(phone, 'sip:bob@example.com')
  await watchAs(phone, 'sip:carol@example.com', 0)
  for (let count = 0; count < 2; count++) await phone.notify()
  const seen: string[] = []
  while (seen.length < 2) seen.push(...standing(await told(alice)))
  for (const user of ['bob', 'carol']) {
    await agent.store.accounts.remove(`sip:${user}@example.com` as Aor)
    assert.deepEqual(standing(await told(alice)), [`sip:${user}@example.com terminated rejected`])
  }
  await watchAs(phone, STRANGER, 0)
  while ((await phone.notify()).header('subscription-state') !== 'terminated;reason=timeout');
  await told(alice)
  await agent.store.accounts.remove(ALICE as Aor)
  assert.match((await told(alice)).header, /^terminated;reason=noresource/)
  assert.deepEqual(await storedSubscriptions(agent), [])
})

test('hostile strangers fill neither the memory of a presentity nor all of it', async (t) => {
  const limits = { waitingPerPresentity: 3, waitingPerWatcher: 2, waitingWatchers: 5 }
  const { agent, alice, phone } = await setUp(t, { agent: { limits } })
  const ask = async (name: string, watched = ALICE) => {
    await watchAs(phone, `sip:${name}@elsewhere.example`, 0, watched)
    await phone.notify()
  }
  for (const name of ['a', 'b', 'c', 'd']) await ask(name)
  const names = async () => (await fetched(alice)).map((one) => /sip:(\w+)/.exec(one)?.[1])
  assert.deepEqual(await names(), ['b', 'c', 'd'], 'who waited longest gives way')
  await ask('d', 'sip:bob@example.com')
  await ask('d', 'sip:carol@example.com')
  const records = await storedSubscriptions(agent)
  assert.equal(records.filter(({ watcher }) => watcher?.startsWith('sip:d@')).length, 2)
  await ask('e', 'sip:bob@example.com')
  await ask('f', 'sip:carol@example.com')
  assert.equal((await storedSubscriptions(agent)).length, 5)
  await ask('b')
  assert.deepEqual(await names(), ['c', 'd', 'b'], 'who comes back needs no further room')
})
