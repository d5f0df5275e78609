import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseSipUri, sameSipUri, serializeSipUri, uriParameter } from '../../core/uri/sip-uri.ts'

const parsed = (text: string) => {
  const uri = parseSipUri(text)
  assert.ok(uri, `${text} is a SIP URI`)
  return uri
}

// The sets of RFC 3261 §19.1.4, and what its rules say beside them.
const equivalent: [string, string][] = [
  ['sip:%61lice@atlanta.com;transport=TCP', 'sip:alice@AtLanTa.CoM;Transport=tcp'],
  ['sip:carol@chicago.com', 'sip:carol@chicago.com;newparam=5'],
  ['sip:carol@chicago.com', 'sip:carol@chicago.com;security=on'],
  ['sip:carol@chicago.com;newparam=5', 'sip:carol@chicago.com;security=on'],
  [
    'sip:biloxi.com;transport=tcp;method=REGISTER?to=sip:bob%40biloxi.com',
    'sip:biloxi.com;method=REGISTER;transport=tcp?to=sip:bob%40biloxi.com',
  ],
  [
    'sip:alice@atlanta.com?subject=project%20x&priority=urgent',
    'sip:alice@atlanta.com?priority=urgent&subject=project%20x',
  ],
  ['sip:bob@[2001:db8::9:1]', 'sip:bob@[2001:DB8:0:0:0:0:9:01]'],
]
const different: [string, string][] = [
  ['SIP:ALICE@AtLanTa.CoM;Transport=udp', 'sip:alice@AtLanTa.CoM;Transport=UDP'],
  ['sip:bob@biloxi.com', 'sip:bob@biloxi.com:5060'],
  ['sip:bob@biloxi.com', 'sip:bob@biloxi.com;transport=udp'],
  ['sip:bob@biloxi.com', 'sip:bob@biloxi.com:6000;transport=tcp'],
  ['sip:carol@chicago.com', 'sip:carol@chicago.com?Subject=next%20meeting'],
  ['sip:bob@phone21.boxesbybob.com', 'sip:bob@192.0.2.4'],
  ['sip:carol@chicago.com;security=on', 'sip:carol@chicago.com;security=off'],
  ['sip:bob@biloxi.com', 'sips:bob@biloxi.com'],
  ['sip:bob@biloxi.com', 'sip:biloxi.com'],
  ['sip:bob@biloxi.com', 'sip:bob:pw@biloxi.com'],
  ['sip:bob@biloxi.com', 'sip:bob@biloxi.com;user=phone'],
  ['sip:bob@biloxi.com', 'sip:bob@biloxi.com;maddr=192.0.2.1'],
  ['sip:b%3Bob@biloxi.com', 'sip:b;ob@biloxi.com'],
]

for (const [a, b] of equivalent) {
  test(`RFC 3261 §19.1.4: ${a} is equivalent to ${b}`, () => {
    assert.ok(sameSipUri(parsed(a), parsed(b)))
    assert.ok(sameSipUri(parsed(b), parsed(a)))
  })
}
for (const [a, b] of different) {
  test(`RFC 3261 §19.1.4: ${a} is not equivalent to ${b}`, () => {
    assert.ok(!sameSipUri(parsed(a), parsed(b)))
    assert.ok(!sameSipUri(parsed(b), parsed(a)))
  })
}

const asWritten = [
  'sip:alice@atlanta.com',
  'sip:alice:secretword@atlanta.com;transport=tcp',
  'sips:alice@atlanta.com?subject=project%20x&priority=urgent',
  'sip:+1-212-555-1212:1234@gateway.com;user=phone',
  'sip:atlanta.com;method=REGISTER?to=alice%40atlanta.com',
  'sip:alice;day=tuesday@atlanta.com',
  'sip:user;par=u%40example.net@example.com',
  "sip:1_unusual.URI~(to-be!sure)&isn't+it$/crazy?,/;;*:&it+has=1,weird!*pas$wo~d_too.(doesn't-it)@example.com",
  'sip:user@example.com?Route=%3Csip:example.com%3E'.replace('Route', 'route'),
  'sip:[2001:db8::10]:5070;lr',
  'sip:alice@under_score',
]
for (const text of asWritten) {
  test(`RFC 3261 §19.1: ${text} is written as it was read`, () => {
    assert.equal(serializeSipUri(parsed(text)), text)
  })
}

test('RFC 3261 §19.1.1: the parts of a URI', () => {
  assert.deepEqual(parsed('sips:al%69ce:pw@Example.com:5061;lr;Transport=TLS?Subject=a%20b'), {
    scheme: 'sips',
    user: 'alice',
    password: 'pw',
    host: 'example.com',
    port: 5061,
    parameters: [{ name: 'lr' }, { name: 'transport', value: 'TLS' }],
    headers: [{ name: 'subject', value: 'a%20b' }],
  })
})

test('RFC 3261 §19.1.1: a parameter is found by its name', () => {
  const uri = parsed('sip:proxy.example.com;lr;maddr=192.0.2.1')
  assert.equal(uriParameter(uri, 'lr'), '')
  assert.equal(uriParameter(uri, 'maddr'), '192.0.2.1')
  assert.equal(uriParameter(uri, 'ttl'), undefined)
})

const refused = [
  '<sip:user@example.com>',
  'sip:user@example.com; lr',
  'sip:a b@example.com',
  'sip:user@example.com:99999',
  'sip:user@example.com:x',
  'sip:user@exam%70le.com',
  'sip:user@2001:db8::10',
  'sip:@example.com',
  'sip:',
  'sip:user%4@example.com',
  'sip:a@b@c',
  'soap.beep://192.0.2.103:3002',
  'tel:+1212',
  `sip:${'a'.repeat(5000)}@example.com`,
]
for (const text of refused) {
  test(`RFC 3261 §25.1: ${text.slice(0, 40)} is not a SIP URI`, () => {
    assert.equal(parseSipUri(text), undefined)
  })
}
