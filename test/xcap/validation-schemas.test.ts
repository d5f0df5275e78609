/** The standard schemas: what the RFCs print and clients write passes, the rest is refused in words. RFC 4825 §8.2.5. */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { after, before, test } from 'node:test'
import { readXml } from '../../core/documents/xml-reader.ts'
import { SchemaValidationError } from '../../xcap-server/conflicts.ts'
import type { SchemaValidator } from '../../xcap-server/schema-validator.ts'
import { loadStandardSchemas, STANDARD_NAMESPACES } from '../../xcap-server/standard-schemas.ts'

const FIXTURES = new URL('../fixtures/', import.meta.url)
const RL = 'urn:ietf:params:xml:ns:resource-lists'
const RLS = 'urn:ietf:params:xml:ns:rls-services'
const CP = 'urn:ietf:params:xml:ns:common-policy'
const PR = 'urn:ietf:params:xml:ns:pres-rules'
const PIDF = 'urn:ietf:params:xml:ns:pidf'

let schema: SchemaValidator

before(async () => {
  schema = await loadStandardSchemas()
})

after(() => {
  schema.dispose()
})

function check(body: string | Buffer): void {
  const bytes = Buffer.from(body)
  const reading = readXml(bytes)
  assert.ok(reading.error === undefined, reading.error)
  schema.check(bytes, reading.value)
}

const fails = (body: string | Buffer, phrase: RegExp) => {
  assert.throws(
    () => {
      check(body)
    },
    (error) => {
      assert.ok(error instanceof SchemaValidationError, String(error))
      assert.match(error.report.phrase ?? '', phrase)
      return true
    },
    String(body),
  )
}

const list = (inside: string) =>
  `<resource-lists xmlns="${RL}"><list>${inside}</list></resource-lists>`
const rule = (inside: string, id = 'a') =>
  `<ruleset xmlns="${CP}" xmlns:pr="${PR}"><rule id="${id}">${inside}</rule></ruleset>`
const presence = (inside: string) =>
  `<presence xmlns="${PIDF}" entity="sip:alice@example.com">${inside}</presence>`
const tuple = (inside: string) => presence(`<tuple id="t"><status/>${inside}</tuple>`)

const EXAMPLES: Record<string, { folder: string; wrong?: Record<string, RegExp> }> = {
  'RFC 4745 §7, §12': { folder: 'documents/common-policy' },
  'RFC 4826 §3.3, RFC 5367, RFC 5875': { folder: 'documents/resource-lists' },
  'RFC 4826 §4.3, §4.4.8': {
    folder: 'documents/rls-services',
    wrong: { 'rfc4826-4.4.8-joe-nons.xml': /rls-services without a namespace/ },
  },
  'RFC 5025 §6': {
    folder: 'documents/pres-rules',
    wrong: {
      'rfc5025-3.3.1.1-set-R.fragment.xml': /provide-devices/,
      'rfc5025-3.3.1.1-set-a.fragment.xml': /provide-devices/,
      'rfc5025-3.3.1.1-set-b.fragment.xml': /provide-devices/,
    },
  },
  'RFC 3863, 4479, 4480, 4481, 4482, 4827, 5196': {
    folder: 'documents/pidf',
    // Its published text lacks what the schema of RFC 3863 demands.
    wrong: { 'rfc4479-7.1-data-model.xml': /presence lacks the attribute entity/ },
  },
  'OMA XDM and Presence SIMPLE': { folder: 'documents/oma' },
  Jitsi: { folder: 'flow/jitsi' },
  Blink: { folder: 'flow/blink' },
  'RCS clients': { folder: 'flow/rcs' },
}

for (const [source, { folder, wrong = {} }] of Object.entries(EXAMPLES)) {
  test(`documents of ${source} are valid, save those that are printed wrong`, () => {
    const names = readdirSync(new URL(folder, FIXTURES)).filter((name) => name.endsWith('.xml'))
    assert.ok(names.length > 0)
    for (const name of names.filter((one) => !one.includes('BROKEN'))) {
      const body = readFileSync(new URL(`${folder}/${name}`, FIXTURES))
      const phrase = wrong[name]
      if (phrase) fails(body, phrase)
      else
        assert.doesNotThrow(() => {
          check(body)
        }, name)
    }
  })
}

test('RFC 4825 §11: the phrase says which element, where, and what is expected', () => {
  const cases: [body: string, phrase: RegExp][] = [
    [list('\n\n<entry/>'), /^Line 3: entry lacks the attribute uri\.$/],
    [list('<foo/>'), /^Line 1: foo may not stand there; expected is display-name, list, /],
    [list('<x xmlns="urn:x"/><entry uri="a"/>'), /^Line 1: entry may not stand there\.$/],
    [
      `<resource-lists xmlns="${RL}"><q:list xmlns:q="urn:q"/></resource-lists>`,
      /list of urn:q may not stand there; expected is list of urn:ietf:params:xml:ns:resource-lists/,
    ],
    [list('hello'), /list may hold elements only, no text/],
    [list('<display-name>a<b/></display-name>'), /display-name may hold text only, no elements/],
    [list('<list nam="a"/>'), /list may not have the attribute nam/],
    [list('<entry uri="http://[a"/>'), /uri of entry must be a URI, not 'http:\/\/\[a'/],
    [list('<display-name xml:lang="??"/>'), /lang of display-name may not be '\?\?'/],
    [`<lists xmlns="${RL}"/>`, /no document begins with lists of urn:ietf/],
    [rule('<conditions><sphere value="a">b</sphere></conditions>'), /sphere must be empty/],
    [rule('<conditions><identity/></conditions>'), /identity lacks one, many or an element/],
    [rule('<conditions><sphere/></conditions>'), /sphere lacks the attribute value/],
    [rule('', '1a'), /id of rule must be a name that begins with a letter, not '1a'/],
    [rule('<actions/><conditions/>'), /conditions may not stand there/],
    [
      rule('<actions><pr:sub-handling>maybe</pr:sub-handling></actions>'),
      /sub-handling must be one of 'block', 'confirm', 'polite-block', 'allow', not 'maybe'/,
    ],
    [
      rule('<transformations><pr:provide-mood>yes</pr:provide-mood></transformations>'),
      /provide-mood must be true or false, not 'yes'/,
    ],
    [
      rule('<conditions><validity><from>now</from><until>then</until></validity></conditions>'),
      /from must be a date and time such as 2026-/,
    ],
    [
      rule('<conditions><validity><from>2026-01-01T00:00:00Z</from></validity></conditions>'),
      /validity lacks until/,
    ],
    [tuple('<contact priority="2">a</contact>'), /priority of contact may not be '2'/],
    [
      presence('<tuple id="a"><status/></tuple><tuple id="a"><status/></tuple>'),
      /id of tuple must be unique in the document, and 'a' is there twice/,
    ],
    [`<rls-services xmlns="${RLS}"><service uri="sip:a@b"/></rls-services>`, /service lacks/],
    [
      presence(
        '<person xmlns="urn:ietf:params:xml:ns:pidf:data-model" id="p"><icon xmlns="urn:ietf:params:xml:ns:pidf:cipid">http://[</icon></person>',
      ),
      /the text of icon must be a URI/,
    ],
  ]
  for (const [body, phrase] of cases) fails(body, phrase)
})

test('no phrase holds the names that libxml2 gives to namespaces, or more than one line', () => {
  const long = 'x'.repeat(500)
  for (const body of [
    list(`<entry uri="http://[${long}"/>`),
    list('<list xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="nope"/>'),
    list('<list xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:nil="true"/>'),
    rule('<transformations><pr:provide-user-input>a\nb</pr:provide-user-input></transformations>'),
  ]) {
    fails(body, /^Line \d+: [^{}]{10,300}\.$/)
  }
})

test('RFC 4825 §8.2.5: elements and attributes of unknown namespaces pass where the schema is open', () => {
  check(list('<entry uri="sip:bob@example.com" x:a="1" xmlns:x="urn:x"><x:y><x:z/></x:y></entry>'))
  check(
    rule('<conditions><x xmlns="urn:x">y</x></conditions><actions><x xmlns="urn:x"/></actions>'),
  )
  check(tuple('<x xmlns="urn:x" p:mustUnderstand="1" xmlns:p="urn:ietf:params:xml:ns:pidf"/>'))
})

test('RFC 4825 §8.2.5: a known namespace has no names but those of its schema', () => {
  fails(list(`<foo xmlns="${CP}"/>`), /common-policy has no element foo/)
  fails(list('<x xmlns="urn:x"><foo xmlns="urn:ietf:params:xml:ns:pidf"/></x>'), /no element foo/)
  fails(list('<list xmlns:p="urn:ietf:params:xml:ns:pidf" p:a="1"/>'), /no attribute a/)
  // Declared, but for one place only.
  fails(list(`<rule id="a" xmlns="${CP}"/>`), /rule of .* may not stand inside list/)
  // What a schema declares for any place is checked in every place.
  check(list(`<ruleset xmlns="${CP}"/>`))
  fails(list(`<ruleset xmlns="${CP}"><rule/></ruleset>`), /rule lacks the attribute id/)
})

test('RFC 4826 §4.2: a list in RLS services holds what a list in resource-lists holds', () => {
  const services = (inside: string) =>
    `<rls-services xmlns="${RLS}" xmlns:rl="${RL}"><service uri="sip:friends@example.com"><list>${inside}</list></service></rls-services>`
  check(services('<rl:entry uri="sip:bob@example.com"/>'))
  fails(services('<entry uri="sip:bob@example.com"/>'), /entry/)
  fails(services('<rl:entry/>'), /entry lacks the attribute uri/)
})

test('a document opens no file and no address that it names as its schema', () => {
  const instance = 'http://www.w3.org/2001/XMLSchema-instance'
  check(
    `<resource-lists xmlns="${RL}" xmlns:xsi="${instance}" xsi:schemaLocation="urn:x file:///etc/passwd ${RL} http://127.0.0.1:1/x.xsd"><list><x xmlns="urn:x"/></list></resource-lists>`,
  )
})

test('RFC 4825 §12.3: every namespace that is said to be held has a schema', () => {
  for (const namespace of STANDARD_NAMESPACES) {
    fails(list(`<no-such-element xmlns="${namespace}"/>`), /no-such-element/)
  }
})
