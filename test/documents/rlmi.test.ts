/** The codec of resource list meta-information. RFC 4662 §5. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseRlmi, RLMI_NAMESPACE, serializeRlmi } from '../../core/documents/rlmi.ts'
import { readDocument } from '../../core/documents/xml-reader.ts'
import { fixture, valueOf } from './fixtures.ts'

const reading = (source: Uint8Array | string) => readDocument(source, parseRlmi)
const rlmi = (
  content: string,
  attributes = 'uri="sip:l@example.com" version="0" fullState="true"',
) => `<list xmlns="${RLMI_NAMESPACE}" ${attributes}>${content}</list>`

for (const file of [
  'rfc4662-5.1',
  'rfc4662-6-step3-corrected',
  'rfc4662-6-step11',
  'rfc4662-6-step13-partial',
]) {
  test(`RFC 4662 §5.1: ${file} survives a round trip`, () => {
    const list = valueOf(reading(fixture(`rlmi/${file}.xml`)))
    assert.deepEqual(valueOf(reading(serializeRlmi(list))), list)
  })
}

test('RFC 4662 §5.1: the example says what the RFC says of it', () => {
  const list = valueOf(reading(fixture('rlmi/rfc4662-5.1.xml')))
  assert.equal(list.version, 7)
  assert.equal(list.fullState, true)
  assert.deepEqual(list.names[1], { text: "Liste d'amis", language: 'fr' })
  const states = list.resources.map(({ instances: [one] }) => [one?.state, one?.reason, one?.cid])
  assert.deepEqual(states, [
    ['active', undefined, '12345.aaa@vancouver.example.com'],
    ['active', undefined, '12345.aab@vancouver.example.com'],
    ['terminated', 'rejected', undefined],
    ['pending', undefined, undefined],
  ])
})

test('RFC 4662 §5.2: fullState may be written as a number', () => {
  const attributes = 'uri="sip:l@example.com" version="3" fullState="0"'
  assert.equal(valueOf(reading(rlmi('', attributes))).fullState, false)
})

const REFUSED = {
  'an attribute with a quotation mark too many': fixture(
    'rlmi/rfc4662-6-step3-published-BROKEN.xml',
  ),
  'no uri': rlmi('', 'version="0" fullState="true"'),
  'no version': rlmi('', 'uri="sip:l@example.com" fullState="true"'),
  'a version beyond 2^32-1': rlmi('', 'uri="a" version="4294967296" fullState="true"'),
  'no fullState': rlmi('', 'uri="a" version="0"'),
  'a resource without uri': rlmi('<resource/>'),
  'an instance in no known state': rlmi(
    '<resource uri="a"><instance id="1" state="asleep"/></resource>',
  ),
  'an active instance without cid': rlmi(
    '<resource uri="a"><instance id="1" state="active"/></resource>',
  ),
  'a terminated instance without reason': rlmi(
    '<resource uri="a"><instance id="1" state="terminated"/></resource>',
  ),
}
for (const [what, source] of Object.entries(REFUSED)) {
  test(`RFC 4662 §5.2, §5.5: ${what} is refused`, () => {
    assert.notEqual(reading(source).error, undefined)
  })
}
