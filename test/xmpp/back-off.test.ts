import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createBackOff } from '../../xmpp-gateway/stream/back-off.ts'

const FAILED = { isRefusal: false }

/** The pauses, in milliseconds, of a stream that is down for ten minutes. */
function pausesOf(random: () => number): { at: number; pause: number }[] {
  let now = 1_000_000
  const begin = now
  const backOff = createBackOff(() => now, random)
  const pauses = []
  while (now - begin < 600_000) {
    const pause = backOff.pause(FAILED)
    pauses.push({ at: now - begin, pause })
    now += pause
  }
  return pauses
}

test('a stream is tried again after one to sixty seconds, the longer it is down the more seldom', () => {
  for (const random of [() => 0, () => 0.5, () => 0.999]) {
    const pauses = pausesOf(random)
    assert.ok(pauses.every(({ pause }) => pause >= 1_000 && pause <= 60_000))
    assert.ok((pauses.at(-1)?.pause ?? 0) > 45_000)
    assert.ok(pauses.length < 40, String(pauses.length))
  }
})

test('whoever was away for ten seconds is tried within five', () => {
  for (const random of [() => 0, () => 0.999]) {
    const soon = pausesOf(random).filter(({ at }) => at <= 10_000)
    assert.ok(soon.every(({ pause }) => pause < 5_000))
  }
})

test('streams that broke together are not tried together', () => {
  assert.notDeepEqual(
    pausesOf(() => 0.1),
    pausesOf(() => 0.9),
  )
})

test('what the server refuses is tried once a minute at most', () => {
  let now = 0
  const backOff = createBackOff(
    () => now,
    () => 0,
  )
  for (let attempt = 0; attempt < 5; attempt++) {
    const pause = backOff.pause({ isRefusal: true })
    assert.ok(pause >= 60_000)
    now += pause
  }
})

test('a stream that lasted begins anew, one that broke at once does not', () => {
  let now = 0
  const backOff = createBackOff(
    () => now,
    () => 0.5,
  )
  backOff.pause(FAILED)
  now += 100_000
  backOff.succeeded()
  now += 1_000
  assert.ok(backOff.pause(FAILED) > 20_000)
  backOff.succeeded()
  now += 30_000
  assert.ok(backOff.pause(FAILED) < 2_000)
})
