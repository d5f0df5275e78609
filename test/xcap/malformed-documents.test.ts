/** Documents that must not be stored: each is refused with the conflict that names it, in words, and nothing changes. RFC 4825 §8.2.2, §8.2.5, §11. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { parseXcapError } from '../../core/documents/xcap-error.ts'
import { MALFORMED } from './support/malformed-xml.ts'
import { read } from './support/read-document.ts'
import { startXcapService, type XcapService } from './support/xcap-service.ts'

const RL = 'urn:ietf:params:xml:ns:resource-lists'
const CP = 'urn:ietf:params:xml:ns:common-policy'
const TYPE = 'application/resource-lists+xml'
const HOME = '/xcap-root/resource-lists/users/sip:alice@example.com'
const ABSENT = `${HOME}/absent`
const PRESENT = `${HOME}/index`
const GOOD = `<?xml version="1.0" encoding="UTF-8"?>\n<resource-lists xmlns="${RL}">\n  <list name="friends"/>\n</resource-lists>\n`
const SHAPE = {
  start: `resource-lists xmlns="${RL}"`,
  end: 'resource-lists',
  inside: '<list name="friends"/>',
}

const lists = (inside: string) => `<resource-lists xmlns="${RL}">${inside}</resource-lists>`
const list = (inside: string) => lists(`<list>${inside}</list>`)

/** Well-formed, but not what a resource-lists document may be. */
const WRONG: Record<string, Record<string, string>> = {
  'schema-validation-error': {
    'another root': `<list xmlns="${RL}"/>`,
    'no namespace': '<resource-lists/>',
    'another namespace': '<resource-lists xmlns="urn:other"/>',
    'the root of another usage': `<ruleset xmlns="${CP}"/>`,
    'an element that the schema does not have': lists('<group/>'),
    'an entry outside of a list': lists('<entry uri="sip:bob@example.com"/>'),
    'an entry without its uri': list('<entry/>'),
    'an attribute that the schema does not have': list('<entry uri="sip:b@c" name="Bob"/>'),
    'an attribute at the root': `<resource-lists xmlns="${RL}" version="1"/>`,
    'text between elements': lists('friends'),
    'an element inside of a name': list('<display-name><b>x</b></display-name>'),
    'two names': list('<display-name>x</display-name><display-name>y</display-name>'),
    'a name behind the entries': list('<entry uri="sip:b@c"/><display-name>x</display-name>'),
    'an entry behind an extension': list('<x xmlns="urn:x"/><entry uri="sip:b@c"/>'),
    'a value that is no URI': list('<entry uri="http://["/>'),
    'a language that is none': list('<display-name xml:lang="english!">x</display-name>'),
    'a foreign element at the root': lists('<x xmlns="urn:x"/>'),
    'an unknown element of a known namespace': list(`<friend xmlns="${CP}"/>`),
    'an unknown attribute of a known namespace': list(`<list p:friend="1" xmlns:p="${CP}"/>`),
    'the type of an instance that is none': list(
      '<list xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="friends"/>',
    ),
  },
  'uniqueness-failure': {
    'two lists of one name': lists('<list name="a"/><list name="a"/>'),
    'two lists of one name inside of a list': list('<list name="a"/><list name="a"/>'),
    'one entry twice': list('<entry uri="sip:b@c"/><entry uri="sip:b@c"/>'),
    'one entry twice, escaped': list('<entry uri="sip:b@c"/><entry uri="sip:&#98;@c"/>'),
    'one reference twice': list('<entry-ref ref="a/b"/><entry-ref ref="a/b"/>'),
    'one external twice': list('<external anchor="http://a/b"/><external anchor="http://a/b"/>'),
  },
  'constraint-failure': {
    'a reference that begins with a slash': list('<entry-ref ref="/resource-lists/users/a/b"/>'),
    'a reference with a scheme': list('<entry-ref ref="http://example.com/a"/>'),
    'an empty reference': list('<entry-ref ref=""/>'),
    'an anchor that is relative': list('<external anchor="resource-lists/users/a/b"/>'),
    'an anchor of another scheme': list('<external anchor="sip:bob@example.com"/>'),
    'an anchor without a host': list('<external anchor="http:///a"/>'),
  },
}

let service: XcapService
let tag: string

before(async () => {
  service = await startXcapService()
  const stored = await put(PRESENT, GOOD)
  assert.equal(stored.status, 201, stored.text)
  tag = stored.headers.etag ?? ''
})

after(() => service.end())

const put = (target: string, body: string | Buffer, type = TYPE) =>
  service.call('PUT', target, { as: 'alice', body, headers: { 'Content-Type': type } })

async function refused(name: string, conflict: string, body: string | Buffer): Promise<void> {
  for (const target of [ABSENT, PRESENT]) {
    const got = await put(target, body)
    assert.equal(got.status, 409, `${name}: ${got.text}`)
    assert.equal(got.headers['content-type'], 'application/xcap-error+xml')
    const report = read(got.body, parseXcapError)
    assert.equal(report.name, conflict, `${name}: ${got.text}`)
    assert.match(report.phrase ?? '', /^.{10,}$/, `${name}: a person is told what is wrong`)
  }
}

async function nothingChanged(): Promise<void> {
  assert.equal((await service.call('GET', ABSENT, { as: 'alice' })).status, 404)
  const kept = await service.call('GET', PRESENT, { as: 'alice' })
  assert.equal(kept.text, GOOD)
  assert.equal(kept.headers.etag, tag)
}

for (const [conflict, cases] of Object.entries(MALFORMED)) {
  test(`RFC 4825 §8.2.2: no document is ${conflict}`, async () => {
    for (const [name, make] of Object.entries(cases)) await refused(name, conflict, make(SHAPE))
    await nothingChanged()
  })
}

for (const [conflict, cases] of Object.entries(WRONG)) {
  test(`RFC 4825 §8.2.5: a document that would be ${conflict}`, async () => {
    for (const [name, body] of Object.entries(cases)) await refused(name, conflict, body)
    await nothingChanged()
  })
}

test('RFC 4825 §8.2.2: another media type is 415, whatever the document', async () => {
  for (const type of ['application/xml', 'text/xml', 'application/xcap-el+xml', 'text/plain', '']) {
    const got = await put(PRESENT, GOOD, type)
    assert.equal(got.status, 415, type)
    assert.equal(got.headers.accept, TYPE)
  }
  await nothingChanged()
})

test('RFC 9110 §15.5.14: a document that is too long is 413', async () => {
  const got = await put(PRESENT, lists(`<list name="${'a'.repeat(300 * 1024)}"/>`))
  assert.equal(got.status, 413)
  await nothingChanged()
})

test('faults are told in the order of the RFC: type, form, schema, uniqueness, constraints', async () => {
  const constraint = '<entry-ref ref="/a"/>'
  const double = '<entry uri="a"/><entry uri="a"/>'
  const schema = '<entry/>'
  const cases: [body: string, conflict: RegExp][] = [
    [`${list(constraint + double + schema)}<`, /<not-well-formed/],
    [list(constraint + double + schema), /<schema-validation-error/],
    [list(constraint + double), /<uniqueness-failure/],
    [list(constraint), /<constraint-failure/],
  ]
  for (const [body, conflict] of cases) {
    assert.match((await put(PRESENT, body)).text, conflict)
    assert.equal((await put(PRESENT, body, 'text/xml')).status, 415)
  }
  await nothingChanged()
})

test('RFC 4825 §11.1: a uniqueness failure names every double and what would be free', async () => {
  const got = await put(PRESENT, lists('<list name="a"/><list name="a"/><list name="a"/>'))
  const report = read(got.body, parseXcapError)
  assert.ok(report.name === 'uniqueness-failure')
  assert.deepEqual(report.exists, [
    { field: 'resource-lists/list%5B2%5D/@name', alternatives: ['a-2'] },
    { field: 'resource-lists/list%5B3%5D/@name', alternatives: ['a-3'] },
  ])
  await nothingChanged()
})
