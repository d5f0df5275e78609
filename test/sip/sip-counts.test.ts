/** What the stack counts of its messages, for whoever observes it. RFC 3261 §17. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createSipCounts, TIMEOUT } from '../../core/sip/sip-counts.ts'

test('a method that nobody knows, and a status that there cannot be, make no further count', () => {
  const { answered } = createSipCounts()
  answered.add('PUBLISH', 200)
  answered.add('PUBLISH', 200)
  answered.add('NOTIFY', TIMEOUT)
  for (let made = 0; made < 100; made++) answered.add(`X${made}`, 700 + made)
  answered.add('__proto__', -1)
  assert.deepEqual(answered.all(), [
    { method: 'PUBLISH', status: 200, count: 2 },
    { method: 'NOTIFY', status: TIMEOUT, count: 1 },
    { method: 'other', status: 0, count: 101 },
  ])
})
