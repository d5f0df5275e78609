/** Where a stranger's URL may lead: only into the public Internet. RFC 6890. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isPublicAddress } from '../../xmpp-gateway/contact-avatar/public-address.ts'

const PUBLIC = [
  ...['1.1.1.1', '9.255.255.255', '11.0.0.0', '100.63.255.255', '100.128.0.0', '126.255.255.255'],
  ...['172.15.255.255', '172.32.0.0', '192.0.1.0', '192.167.255.255', '192.169.0.0', '198.20.0.0'],
  ...['223.255.255.255', '2606:4700::1111', '2a00:1450:4001::1', '2003::1', '2001:4860:4860::8888'],
]

const ELSEWHERE: Record<string, readonly string[]> = {
  'this network': ['0.0.0.0', '0.255.255.255'],
  loopback: ['127.0.0.1', '127.255.255.254', '::1'],
  private: ['10.0.0.1', '172.16.0.1', '172.31.255.255', '192.168.0.1'],
  'unique local': ['fc00::1', 'fd12:3456:789a::1'],
  'shared by carriers': ['100.64.0.1', '100.127.255.255'],
  'link-local': ['169.254.169.254', 'fe80::1', 'fe80::1%eth0', 'febf::1'],
  'site-local': ['fec0::1'],
  multicast: ['224.0.0.1', '239.255.255.255', 'ff02::1'],
  'reserved and broadcast': ['240.0.0.1', '255.255.255.255'],
  documentation: ['192.0.2.1', '198.51.100.1', '203.0.113.1', '2001:db8::1', '3fff::1'],
  benchmarks: ['198.18.0.1', '198.19.255.255'],
  'protocol assignments': ['192.0.0.1', '2001::1', '2001:1ff::1'],
  unspecified: ['::'],
  'IPv4 in IPv6': [
    ...['::ffff:127.0.0.1', '::ffff:7f00:1', '::ffff:8.8.8.8', '::127.0.0.1', '::ffff:0:10.0.0.1'],
    ...['64:ff9b::10.0.0.1', '64:ff9b:1::1', '2002:7f00:1::', '2002:a00:1::1'],
  ],
  discard: ['100::1'],
  'no address': [
    '',
    'localhost',
    '127.1',
    '0x7f000001',
    '2130706433',
    '1.2.3',
    '[::1]',
    '1.1.1.1 ',
  ],
}

test('RFC 6890: what lies in the public Internet is let through', () => {
  for (const address of PUBLIC) assert.equal(isPublicAddress(address), true, address)
})

for (const [name, addresses] of Object.entries(ELSEWHERE)) {
  test(`RFC 6890: ${name} is not let through`, () => {
    for (const address of addresses) assert.equal(isPublicAddress(address), false, address)
  })
}
