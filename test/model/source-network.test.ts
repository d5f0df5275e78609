/** Who counts as one source. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sourceNetwork } from '../../core/model/source-network.ts'

test('an IPv4 address is itself, also when it is written as an IPv6 one', () => {
  assert.equal(sourceNetwork('192.0.2.7'), '192.0.2.7')
  assert.equal(sourceNetwork('::ffff:192.0.2.7'), '192.0.2.7')
})

test('RFC 6177 §2: of an IPv6 address the first 64 bits count, however it is spelled', () => {
  const network = '2001:db8:0:5::/64'
  for (const address of [
    '2001:db8:0:5::1',
    '2001:0DB8:0000:0005:aaaa:bbbb:cccc:dddd',
    '2001:db8:0:5:0:0:0:9',
  ]) {
    assert.equal(sourceNetwork(address), network)
  }
  assert.equal(sourceNetwork('::1'), '0:0:0:0::/64')
  assert.equal(sourceNetwork('fe80::1%eth0'), 'fe80:0:0:0::/64')
  assert.notEqual(sourceNetwork('2001:db8:0:6::1'), network)
})
