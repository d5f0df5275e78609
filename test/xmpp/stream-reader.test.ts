import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import {
  attributeOf,
  textOf,
  xmlElement,
  type XmlElement,
} from '../../core/documents/xml-element.ts'
import { StreamError } from '../../xmpp-gateway/stream/stream-error.ts'
import { StreamReader } from '../../xmpp-gateway/stream/stream-reader.ts'
import { writeStanza } from '../../xmpp-gateway/stream/stanza-writer.ts'
import { traceOf } from '../../xmpp-gateway/stream/stanza-trace.ts'

const HEADER =
  "<?xml version='1.0'?><stream:stream xmlns='jabber:component:accept' xmlns:stream='http://etherx.jabber.org/streams' id='abc'>"

function reader() {
  const heard: string[] = []
  const elements: XmlElement[] = []
  const read = new StreamReader({
    header: (attributes) => heard.push(`id ${attributes.get('id') ?? ''}`),
    element: (element) => {
      elements.push(element)
      heard.push(writeStanza(element))
    },
    footer: () => heard.push('end'),
  })
  return {
    heard,
    elements,
    read: (text: string | Uint8Array) => {
      read.write(Buffer.from(text))
    },
  }
}

function refusal(pieces: readonly (string | Uint8Array)[]): string {
  const { read } = reader()
  read(HEADER)
  try {
    for (const piece of pieces) read(piece)
  } catch (error) {
    assert.ok(error instanceof StreamError)
    return error.condition
  }
  return 'none'
}

test('RFC 6120 §4.2: header, stanzas and end of a stream are read however its bytes are cut', () => {
  const bytes = Buffer.from(
    `${HEADER}<presence from='jürgen@x'><status>日本 &amp; 😀</status></presence> <x xmlns='urn:x'> <a/> <b/> </x></stream:stream>`,
  )
  for (const size of [1, 2, 3, 7, 64, bytes.length]) {
    const { heard, read } = reader()
    for (let at = 0; at < bytes.length; at += size) read(bytes.subarray(at, at + size))
    assert.deepEqual(heard, [
      'id abc',
      '<presence from="jürgen@x"><status>日本 &amp; 😀</status></presence>',
      '<x xmlns="urn:x"><a/><b/></x>',
      'end',
    ])
  }
})

test('RFC 6120 §4.9.3.13: what is not well-formed ends the stream', () => {
  for (const text of ['<a></b>', '<a x=1/>', '<a>&foo;</a>', '<p:a/>', '<a b="1" b="2"/>'])
    assert.equal(refusal([text]), 'not-well-formed', text)
})

test('RFC 6120 §4.9.3.13: nothing is made of a stanza that is closed wrongly', () => {
  const { heard, read } = reader()
  read(HEADER)
  assert.throws(() => {
    read('<a/><presence></message>')
  })
  assert.deepEqual(heard, ['id abc', '<a/>'])
})

test('RFC 6120 §11.1: a document type declaration ends the stream', () => {
  const { read } = reader()
  assert.throws(
    () => {
      read("<?xml version='1.0'?><!DOCTYPE x [<!ENTITY a 'b'>]>")
    },
    { condition: 'restricted-xml' },
  )
})

test('RFC 6120 §11.6: bytes that are no UTF-8 end the stream', () => {
  assert.equal(refusal([Buffer.from([0x3c, 0x61, 0x3e, 0xff])]), 'unsupported-encoding')
})

test('RFC 6120 §4.9.3.10: what is no XMPP stream is refused', () => {
  for (const text of ['<html>', "<stream:stream xmlns:stream='urn:other'>"]) {
    assert.throws(
      () => {
        reader().read(text)
      },
      { condition: 'invalid-namespace' },
    )
  }
})

test('RFC 6120 §4.9.3.14: a stanza that is too much ends the stream before it is whole', () => {
  const long = 'x'.repeat(64 * 1024)
  assert.equal(refusal(['<a>', ...Array<string>(17).fill(long)]), 'policy-violation')
  assert.equal(refusal(["<a b='", ...Array<string>(17).fill(long)]), 'policy-violation')
  assert.equal(refusal(['<a>', ...Array<string>(17).fill(`<!--${long}-->`)]), 'policy-violation')
  assert.equal(refusal(['<a>'.repeat(101)]), 'policy-violation')
  assert.equal(refusal(['<a>', '<b/>'.repeat(20_000)]), 'policy-violation')
  assert.equal(refusal([`<a xmlns='${'u'.repeat(257)}'/>`]), 'policy-violation')
  const attributes = Array.from({ length: 65 }, (_, index) => ` a${index}=''`)
  assert.equal(refusal([`<a${attributes.join('')}/>`]), 'policy-violation')
})

test('RFC 6120 §4.9.3.14: the bounds are of one stanza, not of the stream', () => {
  const { heard, read } = reader()
  read(HEADER)
  const stanza = `<a>${'x'.repeat(60_000)}${'<b/>'.repeat(1_000)}</a>`
  for (let count = 0; count < 40; count++) read(stanza)
  assert.equal(heard.length, 41)
})

test('RFC 6120 §4.8: a stanza is written with each namespace where it begins, and read again as it was', () => {
  const { elements, read } = reader()
  read(HEADER)
  const inner = xmlElement('', 'none', ['a<b&"c'])
  const stanza: XmlElement = {
    ...xmlElement('jabber:component:accept', 'message', [
      xmlElement('urn:x', 'x', [xmlElement('urn:x', 'y'), inner]),
    ]),
    attributes: [
      { namespace: '', name: 'to', prefix: '', value: "o'malley\n<" },
      {
        namespace: 'http://www.w3.org/XML/1998/namespace',
        name: 'lang',
        prefix: 'xml',
        value: 'de',
      },
      { namespace: 'urn:y', name: 'z', prefix: '', value: '1' },
    ],
  }
  const text = writeStanza(stanza)
  assert.equal(
    text,
    `<message to="o'malley&#10;&lt;" xml:lang="de" xmlns:a2="urn:y" a2:z="1"><x xmlns="urn:x"><y/><none xmlns="">a&lt;b&amp;"c</none></x></message>`,
  )
  read(text)
  const [again] = elements
  assert.ok(again)
  assert.equal(writeStanza(again), text)
  assert.equal(attributeOf(again, 'z', 'urn:y'), '1')
})

test('RFC 6120 §11.1: characters that XML cannot carry do not break the stream', () => {
  const { elements, read } = reader()
  read(HEADER)
  read(writeStanza(xmlElement('jabber:component:accept', 'status', ['a\u0000\ud800b\u0007'])))
  const [status] = elements
  assert.ok(status)
  assert.equal(textOf(status), 'a\ufffd\ufffdb\ufffd')
})

test('a trace shows no picture, and no more than a person reads', () => {
  const picture = 'iVBORw0KGgo='
  const vCard = xmlElement('vcard-temp', 'vCard', [xmlElement('vcard-temp', 'BINVAL', [picture])])
  const legacy = 'http://jabber.org/protocol/avatar#data'
  for (const stanza of [vCard, xmlElement(legacy, 'data', [picture])]) {
    const trace = traceOf(xmlElement('jabber:component:accept', 'iq', [stanza]))
    assert.doesNotMatch(trace, /iVBOR/)
    assert.match(trace, /…\(12\)/)
  }
  const many = Array.from({ length: 100 }, () => xmlElement('urn:x', 'x', ['y'.repeat(1000)]))
  assert.ok(traceOf(xmlElement('urn:x', 'x', many)).length <= 4001)
})

test('what is kept of a stanza does not hold what came beside it in memory', () => {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  const kept: string[] = []
  const reader = new StreamReader({
    header: () => undefined,
    element: (element) => kept.push(attributeOf(element, 'from') ?? ''),
    footer: () => undefined,
  })
  reader.write(Buffer.from(HEADER))
  collect()
  const before = process.memoryUsage().heapUsed
  for (let count = 0; count < 300; count++) {
    const beside = `<message><body>${'x'.repeat(60_000)}</body></message>`
    reader.write(Buffer.from(`${beside}<presence from='bob@xmpp.example/resource-${count}'/>`))
  }
  collect()
  assert.equal(kept.length, 600)
  const bytes = process.memoryUsage().heapUsed - before
  assert.ok(bytes < 5_000_000, String(bytes))
})
