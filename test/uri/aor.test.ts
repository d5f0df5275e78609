import assert from 'node:assert/strict'
import { test } from 'node:test'
import { aorDomain, aorUser, parseAor, withAorDomain } from '../../core/uri/aor.ts'

const spellings: [requirement: string, text: string, aor: string | undefined][] = [
  ['an address in canonical spelling stays', 'sip:alice@example.com', 'sip:alice@example.com'],
  ['a bare address is a SIP address', 'alice@example.com', 'sip:alice@example.com'],
  ['a bare address may say a port', 'alice@example.com:5070', 'sip:alice@example.com'],
  ['RFC 3261 §19.1.4: hosts have no case', 'SIP:Alice@EXAMPLE.Com', 'sip:Alice@example.com'],
  ['sips names the same person', 'sips:alice@example.com', 'sip:alice@example.com'],
  ['RFC 3859 §3: pres names the same person', 'pres:alice@example.com', 'sip:alice@example.com'],
  ['RFC 3859 §3: header fields', 'pres:alice@example.com?subject=a', 'sip:alice@example.com'],
  [
    'RFC 3261 §10.3: port, password, parameters and headers are dropped',
    'sip:alice:secret@example.com:5070;transport=tcp;lr?subject=x',
    'sip:alice@example.com',
  ],
  [
    'RFC 3261 §10.3: needless escapes are decoded',
    'sip:%61l%2Bice@example.com',
    'sip:al+ice@example.com',
  ],
  ['RFC 3261 §19.1.2: needed escapes stay', 'sip:j%40s0n@example.com', 'sip:j%40s0n@example.com'],
  ['escapes are spelled in upper case', 'sip:j%3as0n@example.com', 'sip:j%3As0n@example.com'],
  ['RFC 4475 §3.1.1.4: an escaped NUL stays', 'sip:null-%00-null@a.com', 'sip:null-%00-null@a.com'],
  [
    'RFC 3261 §19.1.3: a user may hold ;',
    'sip:alice;day=tuesday@a.com',
    'sip:alice;day=tuesday@a.com',
  ],
  ['Blink escapes whole URIs', 'sip%3Aa%2Bb%40example.com', 'sip:a+b@example.com'],
  ['an escape inside what is escaped whole', 'SIP%3aj%2540s%40a.com', 'sip:j%40s@a.com'],
  ['an escaped colon in a user is no scheme', 'sip%3Aalice@a.com', 'sip:sip%3Aalice@a.com'],
  ['half a character escaped whole', 'sip%3Aa%FF%40example.com', undefined],
  ['letters beyond ASCII are escaped', 'jürgen@example.com', 'sip:j%C3%BCrgen@example.com'],
  ['an IPv6 host in its shortest form', 'sip:a@[2001:DB8::0:1]:5060', 'sip:a@[2001:db8::1]'],
  ['an IPv4 host', 'sip:alice@127.0.0.1:5070', 'sip:alice@127.0.0.1'],
  ['RFC 3966 §5.1.1: visual separators are removed', 'tel:+49-(30).123', 'tel:+4930123'],
  ['tel parameters are dropped', 'tel:+4930123;foo=bar', 'tel:+4930123'],
  ['RFC 3966 §4: an extension is another telephone', 'tel:+4930123;ext=7', undefined],
  ['RFC 3966 §5.1.5: a local number is nobody in particular', 'tel:7042', undefined],
  ['im is no presence address', 'im:alice@example.com', undefined],
  ['an unknown scheme', 'http:alice@example.com', undefined],
  ['no user', 'sip:example.com', undefined],
  ['an empty user', 'sip:@example.com', undefined],
  ['no host', 'sip:alice@', undefined],
  ['two hosts', 'sip:alice@a.com@b.com', undefined],
  ['a control character', 'sip:al\u0000ice@example.com', undefined],
  ['a line break', 'sip:alice@example.com\r\nX: y', undefined],
  ['a space', 'sip: alice@example.com', undefined],
  ['a name-addr', '<sip:alice@example.com>', undefined],
  ['an escape cut short', 'sip:alice%4@example.com', undefined],
  ['half a character', 'sip:a\ud800@example.com', undefined],
  ['RFC 3261 §19.1.2: an escape in the host', 'sip:alice@ex%61mple.com', undefined],
  ['an empty label', 'sip:alice@example..com', undefined],
  ['a broken IPv6 host', 'sip:alice@[2001:db8]', undefined],
  ['an IPv6 host without brackets', 'sip:alice@2001:db8::1', undefined],
  ['nothing', '', undefined],
  ['an endless address', `sip:${'a'.repeat(2000)}@example.com`, undefined],
]

for (const [requirement, text, aor] of spellings) {
  test(`address of record: ${requirement} (${JSON.stringify(text.slice(0, 60))})`, () => {
    assert.equal(parseAor(text), aor)
  })
}

test('address of record: reading a canonical address gives the same address', () => {
  for (const [, , aor] of spellings) {
    if (aor !== undefined) assert.equal(parseAor(aor), aor)
  }
})

test('address of record: user and domain', () => {
  const alice = parseAor('sip:alice@example.com')!
  const number = parseAor('tel:+4930123')!
  assert.equal(aorUser(alice), 'alice')
  assert.equal(aorDomain(alice), 'example.com')
  assert.equal(withAorDomain(alice, 'example.org'), 'sip:alice@example.org')
  assert.equal(aorUser(number), '+4930123')
  assert.equal(aorDomain(number), '')
  assert.equal(withAorDomain(number, 'example.org'), 'tel:+4930123')
})
