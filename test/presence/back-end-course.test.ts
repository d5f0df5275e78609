/** Back-end subscriptions against a scripted proxy: refreshed, ended, tried again, left. RFC 6665 §4.1.2, §4.1.3. */
import assert from 'node:assert/strict'
import test from 'node:test'
import { PIDF, standing, startElsewhere, until } from './elsewhere.ts'

test('RFC 6665 §4.1.2.2: refreshed before it expires, by the time that the NOTIFY says', async (t) => {
  const elsewhere = await startElsewhere(t)
  const { heard, subscribe } = await standing(elsewhere, 600)
  await elsewhere.advance(539_000)
  assert.equal(elsewhere.underWay(), 0)
  await elsewhere.advance(1_000)
  const refresh = await elsewhere.subscribe()
  assert.equal(refresh.header('expires'), '3600')
  elsewhere.answer(refresh, 200, ['Expires: 600'])
  await elsewhere.notify(subscribe, { cseq: 2, state: 'active;expires=600' })
  await elsewhere.advance(540_000)
  assert.equal((await elsewhere.subscribe()).header('cseq'), '3 SUBSCRIBE')
  assert.equal(heard.length, 2)
})

test('RFC 6665 §4.1.2.2: NOTIFYs that come in between do not put the refresh off', async (t) => {
  const elsewhere = await startElsewhere(t)
  const { subscribe } = await standing(elsewhere, 600)
  for (let minute = 1; minute < 9; minute++) {
    await elsewhere.advance(60_000)
    const state = `active;expires=${600 - 60 * minute}`
    await elsewhere.notify(subscribe, { cseq: 1 + minute, state, body: PIDF })
  }
  await elsewhere.advance(60_000)
  assert.equal((await elsewhere.subscribe()).header('cseq'), '2 SUBSCRIBE')
})

test('RFC 3261 §21.4.17: after 423 it asks for Min-Expires', async (t) => {
  const elsewhere = await startElsewhere(t)
  const { heard } = elsewhere.open()
  elsewhere.answer(await elsewhere.subscribe(), 423, ['Min-Expires: 7200'])
  const again = await elsewhere.subscribe()
  assert.equal(again.header('expires'), '7200')
  assert.equal(again.header('cseq'), '2 SUBSCRIBE')
  elsewhere.answer(again, 423, ['Min-Expires: 7200'])
  await until(() => heard.length === 1)
  assert.deepEqual([heard[0]?.reason, heard[0]?.status], ['probation', 423], 'but not twice')
  assert.equal(heard[0]?.isFinal, false)
  await elsewhere.advance(5_000)
  assert.equal((await elsewhere.subscribe()).header('expires'), '3600', 'RFC 8048 §5.2.2')
})

for (const reason of ['deactivated', 'timeout']) {
  test(`RFC 6665 §4.1.3: ${reason} is subscribed anew at once, in another dialog, and not told`, async (t) => {
    const elsewhere = await startElsewhere(t)
    const { heard, subscribe } = await standing(elsewhere)
    await elsewhere.advance(60_000)
    await elsewhere.notify(subscribe, { cseq: 2, state: `terminated;reason=${reason}` })
    const anew = await elsewhere.subscribe()
    assert.notEqual(anew.header('call-id'), subscribe.header('call-id'))
    assert.equal(anew.header('to'), '<sip:dave@elsewhere.example>')
    assert.equal(heard.length, 1)
  })
}

test('a notifier that ends every subscription at once is not asked in a circle', async (t) => {
  const elsewhere = await startElsewhere(t)
  const { heard, subscribe } = await standing(elsewhere)
  await elsewhere.notify(subscribe, { cseq: 2, state: 'terminated;reason=deactivated' })
  assert.equal(heard[1]?.subscriptionState, 'terminated')
  assert.equal(elsewhere.underWay(), 0)
  await elsewhere.advance(5_000)
  await elsewhere.subscribe()
})

test('RFC 6665 §4.1.3: probation and giveup are told, and tried again after retry-after', async (t) => {
  const elsewhere = await startElsewhere(t)
  const { heard, subscribe } = await standing(elsewhere)
  const state = 'terminated;reason=giveup;retry-after=300'
  await elsewhere.notify(subscribe, { cseq: 2, state })
  assert.deepEqual([heard[1]?.subscriptionState, heard[1]?.reason], ['terminated', 'giveup'])
  await elsewhere.advance(299_000)
  assert.equal(elsewhere.underWay(), 0)
  assert.equal((await elsewhere.notify(subscribe, { cseq: 3, state: 'active' })).status, 481)
  await elsewhere.advance(1_000)
  const again = await elsewhere.subscribe()
  await elsewhere.notify(again, { cseq: 1, state: 'active;expires=600' })
  assert.equal(heard[2]?.subscriptionState, 'active')
})

for (const reason of ['rejected', 'noresource', 'invariant']) {
  test(`RFC 6665 §4.1.3: ${reason} ends it for good`, async (t) => {
    const elsewhere = await startElsewhere(t, {
      limits: { backEndSubscriptions: 1, backEndRequests: 1 },
    })
    const { heard, subscribe } = await standing(elsewhere)
    const state = `terminated;reason=${reason};retry-after=1`
    await elsewhere.notify(subscribe, { cseq: 2, state, body: PIDF })
    assert.deepEqual([heard[1]?.reason, heard[1]?.body?.toString()], [reason, PIDF])
    await elsewhere.advance(7_200_000)
    assert.equal(elsewhere.underWay(), 0)
    elsewhere.open()
  })
}

const REFUSALS: readonly [number, string][] = [
  [403, 'rejected'],
  [603, 'rejected'],
  [401, 'rejected'],
  [404, 'noresource'],
  [489, 'noresource'],
  [501, 'noresource'],
]

for (const [status, reason] of REFUSALS) {
  test(`RFC 6665 §4.1.2: a SUBSCRIBE refused with ${status} has ended as ${reason}`, async (t) => {
    const elsewhere = await startElsewhere(t)
    const { heard } = elsewhere.open()
    elsewhere.answer(await elsewhere.subscribe(), status)
    await until(() => heard.length === 1)
    assert.deepEqual([heard[0]?.subscriptionState, heard[0]?.reason], ['terminated', reason])
    await elsewhere.advance(86_400_000)
    assert.equal(elsewhere.underWay(), 0)
  })
}

test('RFC 3261 §20.33: 503 is tried again after Retry-After, then after pauses that double; told once', async (t) => {
  const elsewhere = await startElsewhere(t)
  const { heard } = elsewhere.open()
  for (const [headers, pause] of [
    [['Retry-After: 60'], 60_000],
    [[], 10_000],
    [[], 20_000],
  ] as const) {
    elsewhere.answer(await elsewhere.subscribe(), 503, headers)
    await until(() => elsewhere.underWay() === 0)
    await elsewhere.advance(pause - 1)
    assert.equal(elsewhere.underWay(), 0)
    await elsewhere.advance(1)
  }
  await elsewhere.subscribe()
  assert.deepEqual(
    heard.map(({ reason }) => reason),
    ['probation'],
  )
})

test('RFC 6665 §4.1.2.2: a refresh that fails for now is repeated while the subscription lasts', async (t) => {
  const elsewhere = await startElsewhere(t)
  const { heard } = await standing(elsewhere)
  await elsewhere.advance(3_240_000)
  elsewhere.answer(await elsewhere.subscribe(), 500)
  await until(() => elsewhere.underWay() === 0)
  await elsewhere.advance(5_000)
  const again = await elsewhere.subscribe()
  assert.equal(again.header('cseq'), '3 SUBSCRIBE')
  assert.equal(heard.length, 1)
  elsewhere.answer(again, 481)
  const anew = await elsewhere.subscribe()
  assert.equal(anew.header('cseq'), '1 SUBSCRIBE', '481: in a new dialog at once')
  assert.equal(heard.length, 1)
})

test('RFC 6665 §4.1.2.4 Timer N: without a NOTIFY after 32 seconds it has failed, and is tried again', async (t) => {
  const elsewhere = await startElsewhere(t)
  const { heard } = elsewhere.open()
  const subscribe = await elsewhere.subscribe()
  elsewhere.answer(subscribe, 200, ['Expires: 3600'])
  await until(() => elsewhere.underWay() === 0)
  await elsewhere.advance(31_999)
  assert.equal(heard.length, 0)
  await elsewhere.advance(1)
  assert.equal(heard[0]?.reason, 'probation')
  const late = await elsewhere.notify(subscribe, { cseq: 1, state: 'active;expires=3600' })
  assert.equal(late.status, 481)
  await elsewhere.advance(5_000)
  await elsewhere.subscribe()
})

test('RFC 6665 §4.1.2.3: closing unsubscribes, and nothing is heard from then on', async (t) => {
  const elsewhere = await startElsewhere(t, {
    limits: { backEndSubscriptions: 1, backEndRequests: 1 },
  })
  const { heard, subscribe, close } = await standing(elsewhere)
  close()
  close()
  const end = await elsewhere.subscribe()
  assert.equal(end.header('expires'), '0')
  assert.equal(end.header('cseq'), '2 SUBSCRIBE')
  elsewhere.answer(end, 200, ['Expires: 0'])
  const last = { cseq: 2, state: 'terminated;reason=timeout', body: PIDF }
  assert.equal((await elsewhere.notify(subscribe, last)).status, 200)
  assert.equal((await elsewhere.notify(subscribe, { ...last, cseq: 3 })).status, 481)
  assert.equal(heard.length, 1)
  elsewhere.open()
})

test('RFC 6665 §4.1.3: one that is closed before its first NOTIFY ends by 481', async (t) => {
  const elsewhere = await startElsewhere(t)
  const { heard, close } = elsewhere.open()
  const subscribe = await elsewhere.subscribe()
  close()
  assert.equal((await elsewhere.notify(subscribe, { cseq: 1, state: 'active' })).status, 481)
  elsewhere.answer(subscribe, 200)
  await elsewhere.advance(86_400_000)
  assert.equal(elsewhere.underWay(), 0)
  assert.equal(heard.length, 0)
})
