/** Elements and attributes that must not be stored: each is refused with the conflict that names it, and the document stays. RFC 4825 §8.2.2, §8.2.3, §8.2.5, §11. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { parseXcapError } from '../../core/documents/xcap-error.ts'
import { MALFORMED } from './support/malformed-xml.ts'
import { read } from './support/read-document.ts'
import { startXcapService, type XcapService } from './support/xcap-service.ts'

const RL = 'urn:ietf:params:xml:ns:resource-lists'
const CP = 'urn:ietf:params:xml:ns:common-policy'
const DOCUMENT = '/xcap-root/resource-lists/users/sip:alice@example.com/index'
const GOOD = `<?xml version="1.0" encoding="UTF-8"?>
<resource-lists xmlns="${RL}" xmlns:x="urn:x">
  <list name="friends"><entry uri="sip:bob@example.com"/></list>
  <list name="colleagues"/>
</resource-lists>
`
const FRIENDS = `${DOCUMENT}/~~/resource-lists/list%5B@name=%22friends%22%5D`
const FAMILY = `${DOCUMENT}/~~/resource-lists/list%5B@name=%22family%22%5D`
const BOB = `${FRIENDS}/entry%5B@uri=%22sip:bob@example.com%22%5D`
const CAROL = `${FRIENDS}/entry%5B@uri=%22sip:carol@example.com%22%5D`
const SHAPE = { start: 'list name="family"', end: 'list', inside: '<entry uri="sip:a@b"/>' }

/** Bodies that are one whole document, or nothing but what an element may be. */
const MORE_THAN_AN_ELEMENT: Record<string, string> = {
  'a whole document': `<?xml version="1.0"?><list name="family"/>`,
  'an element and a comment': '<list name="family"/><!-- x -->',
  'a comment and an element': '<!-- x --><list name="family"/>',
  'an element and an instruction': '<list name="family"/><?x?>',
  'text alone': 'family',
  'CDATA alone': '<![CDATA[<list name="family"/>]]>',
  'two elements': '<list name="family"/><list name="family"/>',
}

/** Target and element: balanced, but not what may stand there. */
const WRONG: Record<string, Record<string, [target: string, element: string]>> = {
  'cannot-insert': {
    'another element than the address says': [FAMILY, '<external anchor="http://a/b"/>'],
    'another name than the address says': [FAMILY, '<list name="work"/>'],
    'the same name in another namespace': [FAMILY, '<list xmlns="urn:x" name="family"/>'],
    'no name': [FAMILY, '<list/>'],
    'a position that is not the next': [`${DOCUMENT}/~~/resource-lists/list%5B9%5D`, '<list/>'],
    'another uri in place of one': [BOB, '<entry uri="sip:carol@example.com"/>'],
  },
  'no-parent': {
    'a list that is not there': [`${FAMILY}/entry%5B1%5D`, '<entry uri="sip:a@b"/>'],
    'two lists for a parent': [
      `${DOCUMENT}/~~/resource-lists/list/entry%5B1%5D`,
      '<entry uri="sip:a@b"/>',
    ],
  },
  'schema-validation-error': {
    'an attribute that the schema does not have': [FAMILY, '<list name="family" color="red"/>'],
    'an element that the schema does not have': [FAMILY, '<list name="family"><group/></list>'],
    'text in a list': [FAMILY, '<list name="family">x</list>'],
    'an entry behind the lists': [`${DOCUMENT}/~~/resource-lists/entry`, '<entry uri="sip:a@b"/>'],
    'a foreign element at the root': [`${DOCUMENT}/~~/resource-lists/x:y?xmlns(x=urn:x)`, '<x:y/>'],
    'an unknown element of a known namespace': [
      `${FRIENDS}/p:friend?xmlns(p=${CP})`,
      `<p:friend xmlns:p="${CP}"/>`,
    ],
    'a value that is no URI': [`${FRIENDS}/external`, '<external anchor="http://["/>'],
  },
  'uniqueness-failure': {
    'one entry twice inside of it': [
      FAMILY,
      '<list name="family"><entry uri="sip:a@b"/><entry uri="sip:a@b"/></list>',
    ],
    'the name of a sibling': [
      `${DOCUMENT}/~~/resource-lists/list%5B3%5D`,
      '<list name="friends"/>',
    ],
  },
  'constraint-failure': {
    'a reference that begins with a slash': [`${FRIENDS}/entry-ref`, '<entry-ref ref="/a/b"/>'],
    'an anchor that is no HTTP URI': [`${FRIENDS}/external`, '<external anchor="sip:a@b"/>'],
  },
}

/** Bodies of an attribute that are no AttValue. XML 1.0 §2.3 */
const NO_VALUES: Record<string, string> = {
  'a smaller-than': 'a<b',
  'a smaller-than in quotes': '"a<b"',
  'a bare ampersand': 'a&b',
  'a reference without its end': 'a&amp',
  'an unknown entity': 'a&nbsp;b',
  'a reference to NUL': '&#0;',
  'a reference beyond Unicode': '&#x110000;',
  'a control character': 'a\u0001b',
  'a NUL': 'a\0b',
  'a character that is none': 'a\uffffb',
  'an element': '<list/>',
}

let service: XcapService
let tag: string

before(async () => {
  service = await startXcapService()
  const stored = await put(DOCUMENT, GOOD, 'application/resource-lists+xml')
  assert.equal(stored.status, 201, stored.text)
  tag = stored.headers.etag ?? ''
})

after(() => service.end())

const put = (target: string, body: string | Buffer, type = 'application/xcap-el+xml') =>
  service.call('PUT', target, { as: 'alice', body, headers: { 'Content-Type': type } })
const putAttribute = (target: string, body: string | Buffer) =>
  put(target, body, 'application/xcap-att+xml')

function refused(got: Awaited<ReturnType<typeof put>>, name: string, conflict: string): void {
  assert.equal(got.status, 409, `${name}: ${got.text}`)
  assert.equal(got.headers['content-type'], 'application/xcap-error+xml')
  const report = read(got.body, parseXcapError)
  assert.equal(report.name, conflict, `${name}: ${got.text}`)
  assert.match(report.phrase ?? '', /^.{10,}$/, `${name}: a person is told what is wrong`)
}

async function nothingChanged(): Promise<void> {
  const kept = await service.call('GET', DOCUMENT, { as: 'alice' })
  assert.equal(kept.text, GOOD)
  assert.equal(kept.headers.etag, tag)
}

const CONFLICT_OF = {
  'not-well-formed': 'not-xml-frag',
  'not-utf-8': 'not-utf-8',
  'constraint-failure': 'constraint-failure',
} as const

for (const [kind, cases] of Object.entries(MALFORMED)) {
  test(`RFC 4825 §8.2.2: what is no document for being ${kind} is no element either`, async () => {
    for (const [name, make] of Object.entries(cases)) {
      // An encoding is declared by a document; an element that does so is no element.
      const declares = name.endsWith('it says so')
      const conflict = declares ? 'not-xml-frag' : CONFLICT_OF[kind as keyof typeof CONFLICT_OF]
      refused(await put(FAMILY, make(SHAPE)), name, conflict)
    }
    await nothingChanged()
  })
}

test('RFC 4825 §8.2.2: a body is one element and nothing beside it', async () => {
  for (const [name, body] of Object.entries(MORE_THAN_AN_ELEMENT)) {
    refused(await put(FAMILY, body), name, 'not-xml-frag')
  }
  await nothingChanged()
})

for (const [conflict, cases] of Object.entries(WRONG)) {
  test(`RFC 4825 §8.2.3, §8.2.5: an element that would be ${conflict}`, async () => {
    for (const [name, [target, element]] of Object.entries(cases)) {
      refused(await put(target, element), name, conflict)
    }
    await nothingChanged()
  })
}

test('RFC 4825 §8.2.2: an attribute is an AttValue', async () => {
  for (const [name, body] of Object.entries(NO_VALUES)) {
    refused(
      await putAttribute(`${FRIENDS}/@x:note?xmlns(x=urn:x)`, body),
      name,
      'not-xml-att-value',
    )
  }
  refused(
    await putAttribute(`${FRIENDS}/@name`, Buffer.from([0x61, 0xff])),
    'bytes that are no UTF-8',
    'not-utf-8',
  )
  await nothingChanged()
})

test('RFC 4825 §8.2.5: the document with the attribute follows its schema and its rules', async () => {
  const colleagues = `${DOCUMENT}/~~/resource-lists/list%5B2%5D`
  const cases: [target: string, value: string, conflict: string][] = [
    [`${colleagues}/@color`, 'red', 'schema-validation-error'],
    [`${colleagues}/@p:friend?xmlns(p=${CP})`, '1', 'schema-validation-error'],
    [`${FRIENDS}/entry/@uri`, 'http://[', 'schema-validation-error'],
    [`${colleagues}/@name`, 'friends', 'uniqueness-failure'],
    [`${FRIENDS}/@name`, 'others', 'cannot-insert'],
    [`${FAMILY}/@name`, 'family', 'no-parent'],
  ]
  for (const [target, value, conflict] of cases) {
    refused(await putAttribute(target, value), `${target} ${value}`, conflict)
  }
  await nothingChanged()
})

test('RFC 4825 §8.4: what a DELETE leaves follows the schema, too', async () => {
  for (const target of [`${FRIENDS}/entry/@uri`, `${BOB}/@uri`]) {
    const got = await service.call('DELETE', target, { as: 'alice' })
    refused(got, target, 'schema-validation-error')
  }
  await nothingChanged()
})

test('RFC 4825 §8.2.2: other media types are 415', async () => {
  for (const type of [
    'application/resource-lists+xml',
    'application/xcap-att+xml',
    'text/xml',
    '',
  ]) {
    const got = await put(CAROL, '<entry uri="sip:carol@example.com"/>', type)
    assert.equal(got.status, 415, type)
    assert.equal(got.headers.accept, 'application/xcap-el+xml')
  }
  await nothingChanged()
})

test('a document may not grow piece by piece beyond what could be sent at once', async () => {
  const large = `<list name="family"><display-name>${'x'.repeat(200 * 1024)}</display-name></list>`
  const home = '/xcap-root/resource-lists/users/sip:alice@example.com/growing'
  assert.equal((await put(home, GOOD, 'application/resource-lists+xml')).status, 201)
  const family = FAMILY.replace(DOCUMENT, home)
  const stored = await put(family, large)
  assert.equal(stored.status, 201)
  const more = await put(family.replace('family', 'more'), large.replace('family', 'more'))
  refused(more, 'a second half', 'constraint-failure')
  const kept = await service.call('GET', home, { as: 'alice' })
  assert.equal(kept.headers.etag, stored.headers.etag)
})
