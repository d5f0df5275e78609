/** Which SIP domains a certificate is for. RFC 5922 §7.1, §7.2. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { PeerCertificate } from 'node:tls'
import { checkSipIdentity } from '../../core/sip/peer-identity.ts'

const certificate = (subjectaltname: string | undefined, CN = 'common.example.com') =>
  ({ subject: { CN }, subjectaltname }) as unknown as PeerCertificate

const cases: readonly (readonly [string, string | undefined, string, boolean])[] = [
  ['§7.1: a DNS name', 'DNS:a.example, DNS:b.example', 'B.Example', true],
  ['§7.1: a sip URI without a user', 'URI:sip:a.example', 'a.example', true],
  [
    '§7.1: a URI of another scheme',
    'URI:sips:a.example, URI:https://a.example',
    'a.example',
    false,
  ],
  ['§7.1: a URI with a user names a person', 'URI:sip:bob@a.example', 'a.example', false],
  [
    '§7.1: DNS names do not count beside a sip URI',
    'URI:sip:a.example, DNS:b.example',
    'b.example',
    false,
  ],
  ['§7.1: DNS names count beside other URIs', 'URI:https://x, DNS:b.example', 'b.example', true],
  ['§7.1: the common name without alternatives', undefined, 'common.example.com', true],
  ['§7.1: the common name with alternatives', 'DNS:a.example', 'common.example.com', false],
  ['§7.2: no wildcards', 'DNS:*.example', 'a.example', false],
  ['§7.2: no suffixes', 'DNS:example', 'a.example', false],
  ['a name in quotes is nobody’s', 'DNS:"a.example, DNS:b.example"', 'b.example', false],
  ['an address', 'IP Address:192.0.2.1', '192.0.2.1', true],
  [
    'an IPv6 address, however it is written',
    'IP Address:2001:DB8:0:0:0:0:0:1',
    '2001:db8::1',
    true,
  ],
  ['an address is no DNS name', 'DNS:192.0.2.1', '192.0.2.1', false],
]

for (const [what, names, host, accepted] of cases) {
  test(`RFC 5922 ${what}: ${accepted ? 'accepted' : 'refused'}`, () => {
    const problem = checkSipIdentity(host, certificate(names))
    assert.equal(problem === undefined, accepted, problem?.message)
  })
}
