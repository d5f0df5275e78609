/** Host names to addresses, without letting a slow name server hold up the store. RFC 3263 §4.2. */
import assert from 'node:assert/strict'
import test from 'node:test'
import { createHostLookup } from '../../core/sip/host-lookup.ts'

test('literals pass at once, names are asked for once, an unknown one has no address', async () => {
  const asked: string[] = []
  const lookup = createHostLookup((host) => {
    asked.push(host)
    return host === 'none.example'
      ? Promise.reject(new Error('ENOTFOUND'))
      : Promise.resolve({ address: '192.0.2.1' })
  })
  assert.equal(await lookup('[::1]'), '::1')
  assert.equal(await lookup('192.0.2.9'), '192.0.2.9')
  assert.equal(await lookup('proxy.example'), '192.0.2.1')
  assert.equal(await lookup('proxy.example'), '192.0.2.1')
  assert.equal(await lookup('none.example'), undefined)
  assert.deepEqual(asked, ['proxy.example', 'none.example'])
})

test('names that are never answered take two threads, not those of the store; the queue behind them is bounded', async () => {
  const pending: ((found: { address: string }) => void)[] = []
  const lookup = createHostLookup(() => new Promise((resolve) => pending.push(resolve)))
  const found = Array.from({ length: 102 }, (_, number) => lookup(`slow${number}.example`))
  await new Promise(setImmediate)
  assert.equal(pending.length, 2)
  assert.equal(await lookup('one-more.example'), undefined)
  for (let at = 0; at < found.length; at++) {
    pending[at]?.({ address: '192.0.2.1' })
    assert.equal(await found[at], '192.0.2.1')
    await new Promise(setImmediate)
  }
})
