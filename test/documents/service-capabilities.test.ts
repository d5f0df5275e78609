/** The codec of service and device capabilities. RFC 5196. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isDevice, parseDevice } from '../../core/documents/data-model.ts'
import { parsePidf } from '../../core/documents/pidf.ts'
import {
  deviceCapabilitiesElement,
  isDeviceCapabilities,
  isServiceCapabilities,
  parseCapabilities,
  serviceCapabilitiesElement,
} from '../../core/documents/service-capabilities.ts'
import { attributeOf, textOf } from '../../core/documents/xml-element.ts'
import { fixture, meaningOf, tree, valueOf } from './fixtures.ts'

const document = valueOf(parsePidf(tree(fixture('pidf/rfc5196-5-caps.xml'))))
const service = document.tuples[0]!.extensions.find(isServiceCapabilities)!
const device = parseDevice(document.extensions.find(isDevice)!)

test('RFC 5196 §5: the example says which media, methods and languages the service takes', () => {
  const { flags, supports, descriptions } = parseCapabilities(service)
  assert.deepEqual([...flags], Object.entries({ audio: true, message: true, video: false }))
  const supported = (name: string) => supports.get(name)?.supported ?? []
  assert.deepEqual(
    supported('methods').map(({ name }) => name),
    ['ACK', 'BYE', 'INVITE', 'MESSAGE'],
  )
  assert.deepEqual(supported('schemes').map(textOf), ['sip'])
  assert.equal(attributeOf(supported('priority')[0]!, 'maxvalue'), '10')
  assert.deepEqual(
    descriptions.map(({ language }) => language),
    ['en', 'hu'],
  )
  assert.equal(descriptions[0]?.text, 'Example service')
})

test('RFC 5196 §3.3: a device says whether it is mobile', () => {
  const capabilities = parseCapabilities(device.attributes.find(isDeviceCapabilities)!)
  assert.deepEqual(
    capabilities.supports.get('mobility')?.supported.map(({ name }) => name),
    ['mobile'],
  )
  const written = deviceCapabilitiesElement(capabilities)
  assert.deepEqual(parseCapabilities(written), capabilities)
})

test('RFC 5196 §3.2: service capabilities survive a round trip, in the order of the schema', () => {
  const capabilities = parseCapabilities(service)
  const written = serviceCapabilitiesElement(capabilities)
  assert.deepEqual(parseCapabilities(written), capabilities)
  assert.deepEqual(
    written.children.map((child) => (typeof child === 'string' ? child : child.name)),
    [
      ...['audio', 'description', 'description', 'duplex', 'message'],
      ...['methods', 'priority', 'schemes', 'video'],
    ],
  )
})

test('RFC 5196 §3.2.1: what is unsupported, types, and elements and attributes of other namespaces are kept', () => {
  const capabilities = parseCapabilities(
    tree(
      '<servcaps xmlns="urn:ietf:params:xml:ns:pidf:caps" xmlns:x="urn:x" x:a="1">' +
        '<x:new><x:in/></x:new><type>text/plain</type><type>text/html</type><isfocus>1</isfocus>' +
        '<class><supported><business/></supported><notsupported><personal/><x:z/></notsupported></class>' +
        '<audio>0</audio><audio>true</audio></servcaps>',
    ),
  )
  assert.deepEqual([...capabilities.flags], Object.entries({ isfocus: true, audio: false }))
  assert.deepEqual(capabilities.types, ['text/plain', 'text/html'])
  assert.equal(capabilities.supports.get('class')?.notSupported.length, 2)
  assert.deepEqual(
    meaningOf(serviceCapabilitiesElement(capabilities)),
    meaningOf(
      tree(
        '<servcaps xmlns="urn:ietf:params:xml:ns:pidf:caps" xmlns:x="urn:x" x:a="1"><audio>false</audio>' +
          '<class><supported><business/></supported><notsupported><personal/><x:z/></notsupported></class>' +
          '<isfocus>true</isfocus><type>text/plain</type><type>text/html</type><x:new><x:in/></x:new></servcaps>',
      ),
    ),
  )
})
