import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cipidElements, parseCipid } from '../../core/documents/cipid.ts'
import {
  deviceElement,
  isDevice,
  isPerson,
  parseDevice,
  parsePerson,
  personElement,
} from '../../core/documents/data-model.ts'
import { parsePidf } from '../../core/documents/pidf.ts'
import { parseRpid, rpidElements } from '../../core/documents/rpid.ts'
import { elementsOf, textOf } from '../../core/documents/xml-element.ts'
import { fixture, meaningOf, tree, valueOf } from './fixtures.ts'

const extensionsOf = (file: string) => valueOf(parsePidf(tree(fixture(file)))).extensions
const personOf = (file: string) => parsePerson(extensionsOf(file).find(isPerson)!)

test('RFC 4479 §6: person and device survive a round trip', () => {
  for (const element of extensionsOf('pidf/rfc4480-4-rpid.xml')) {
    const [parse, write] = isDevice(element)
      ? ([parseDevice, deviceElement] as const)
      : ([parsePerson, personElement] as const)
    const occurrence = parse(element)
    assert.deepEqual(parse(write(occurrence)), occurrence)
  }
})

test('RFC 4479 §3.4: a device is named by its deviceID', () => {
  const device = parseDevice(extensionsOf('pidf/rfc4480-4-rpid.xml').find(isDevice)!)
  assert.equal(device.id, 'pc147')
  assert.equal(device.deviceId, 'urn:device:0003ba4811e3')
  assert.deepEqual(device.notes, [{ text: 'PC' }])
})

test('RFC 4480 §4: the rich presence of a person', () => {
  const { attributes, notes, timestamp } = personOf('pidf/rfc4480-4-rpid.xml')
  const rpid = parseRpid(attributes)
  assert.deepEqual(
    rpid.activities?.values.map(({ name }) => name),
    ['away'],
  )
  assert.deepEqual(rpid.activities.notes, [{ text: 'Far away' }])
  assert.deepEqual(
    rpid.activities.attributes.map(({ name }) => name),
    ['from', 'until'],
  )
  assert.deepEqual(
    rpid.mood?.values.map((value) => [value.name, textOf(value)]),
    [
      ['angry', ''],
      ['other', 'brooding'],
    ],
  )
  assert.equal(rpid.placeType?.values[0]?.namespace, 'urn:ietf:params:xml:ns:location-type')
  assert.equal(rpid.class?.text, 'calendar')
  assert.equal(rpid.statusIcon?.text, 'http://example.com/play.gif')
  assert.equal(rpid.timeOffset?.text, '-240')
  assert.equal(rpid.sphere && textOf(rpid.sphere), 'bowling league')
  assert.deepEqual([notes, timestamp], [[{ text: 'Scoring 120' }], '2005-05-30T16:09:44+05:00'])
})

test('RFC 4480 §5: rich presence survives a round trip', () => {
  const elements = personOf('pidf/rfc4480-4-rpid.xml').attributes
  assert.deepEqual(parseRpid(rpidElements(parseRpid(elements))), parseRpid(elements))
  const device = parseDevice(extensionsOf('pidf/rfc4480-4-rpid.xml').find(isDevice)!)
  assert.deepEqual(
    rpidElements(parseRpid(device.attributes)).map(meaningOf),
    device.attributes.map(meaningOf),
  )
})

test('OMA: a status icon keeps what is said about the image', () => {
  const { statusIcon } = parseRpid(personOf('oma/pidf-rcs-status-icon.xml').attributes)
  assert.deepEqual(
    statusIcon?.attributes.map(({ name, value }) => [name, value]),
    [
      ['etag', '26362'],
      ['fsize', '12345'],
      ['contenttype', 'image/jpeg'],
      ['resolution', '64x64'],
    ],
  )
})

test('RFC 4482 §4: contact information, all six kinds of it', () => {
  const cipid = parseCipid(personOf('pidf/rfc4482-4-cipid-corrected.xml').attributes)
  assert.equal(cipid.icon, 'http://example.com/~alice/me.png')
  assert.ok(cipid.card && cipid.homepage && cipid.map && cipid.sound)
  assert.equal(cipid.displayNames.length, 1)
  assert.deepEqual(parseCipid(cipidElements(cipid)), cipid)
})

test('RFC 4482 §3: of each kind the first counts, names have languages', () => {
  const [a, b] = ['http://a', 'http://b'].map((icon) =>
    cipidElements({ displayNames: [{ text: icon, language: 'de' }], icon }),
  )
  assert.deepEqual(parseCipid([...a!, ...b!]), {
    displayNames: [
      { text: 'http://a', language: 'de' },
      { text: 'http://b', language: 'de' },
    ],
    icon: 'http://a',
  })
})

test('an element named like a property of every object is just unknown', () => {
  const text = `<p xmlns:r="urn:ietf:params:xml:ns:pidf:rpid"><r:toString/><r:constructor/></p>`
  const elements = elementsOf(tree(text))
  assert.deepEqual(parseRpid(elements), {})
})
