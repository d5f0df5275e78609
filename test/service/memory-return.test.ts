/** What a storm took goes back to the system, and nothing is done where there was none. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { silentLog } from '../../core/model/log.ts'
import { returnMemory } from '../../service/life/memory-return.ts'
import { createManualClock } from '../support/manual-clock.ts'

const MEBIBYTE = 1024 * 1024
const MINUTE = 60_000

/** `after`: mebibytes that a trim leaves; a string: why it fails. */
function watched(after: number | string) {
  const clock = createManualClock()
  const seen = { resident: 100, trims: 0 }
  const trim = () => {
    seen.trims++
    if (typeof after === 'string') return Promise.reject(new Error(after))
    seen.resident = after
    return Promise.resolve()
  }
  const resident = () => seen.resident * MEBIBYTE
  returnMemory({ trim, resident, clock, log: silentLog })
  const minute = async (mebibytes: number) => {
    seen.resident = mebibytes
    clock.advance(MINUTE)
    await new Promise((resolve) => setImmediate(resolve))
    return seen.trims
  }
  return { minute }
}

test('a process that has grown is trimmed, one that has not is left alone', async () => {
  const { minute } = watched(120)
  assert.equal(await minute(110), 0)
  assert.equal(await minute(300), 1)
})

test('what is left by a trim is in use: it is not trimmed again until there is more', async () => {
  const { minute } = watched(290)
  assert.equal(await minute(300), 1)
  assert.equal(await minute(300), 1)
  assert.equal(await minute(330), 2)
})

test('a process that became small by itself is measured from there', async () => {
  const { minute } = watched(80)
  assert.equal(await minute(60), 0)
  assert.equal(await minute(95), 1)
})

test('where it fails it is not tried again', async () => {
  const { minute } = watched('not in this library')
  assert.equal(await minute(300), 1)
  assert.equal(await minute(500), 1)
})
