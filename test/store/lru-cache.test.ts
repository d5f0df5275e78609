/** The bounded cache stays within its bounds. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createLruCache } from '../../core/model/lru-cache.ts'

test('what is asked for again and again stays, the rest goes, and the weight is bounded', () => {
  const cache = createLruCache<number, { weight: number }>({
    capacity: 100,
    weigh: ({ weight }) => weight,
  })
  for (let n = 0; n < 1_000; n++) {
    cache.set(n, { weight: 5 })
    assert.ok(cache.get(0), `0 after ${n}`)
  }
  let weight = 0
  for (let n = 0; n < 1_000; n++) weight += cache.get(n)?.weight ?? 0
  assert.ok(weight <= 100 && weight >= 25, `weight ${weight}`)
})

test('what was deleted is gone, from either generation', () => {
  const cache = createLruCache<number, string>({ capacity: 4 })
  for (let n = 0; n < 4; n++) cache.set(n, `${n}`)
  for (let n = 0; n < 4; n++) {
    cache.delete(n)
    assert.equal(cache.get(n), undefined)
  }
  cache.set(1, 'new')
  assert.equal(cache.get(1), 'new')
  cache.clear()
  assert.equal(cache.get(1), undefined)
})
