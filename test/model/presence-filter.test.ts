/** What rules leave of a presence document. RFC 5025 §3.3. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseRuleset } from '../../core/documents/common-policy.ts'
import { parsePresenceRule } from '../../core/documents/pres-rules.ts'
import { composePresence, serializePresence } from '../../core/model/composition.ts'
import { filterPresence, isIconShown } from '../../core/model/presence-filter.ts'
import { combine, decidePresence } from '../../core/model/presence-rules.ts'
import { parseAor } from '../../core/uri/aor.ts'
import { fixture, tree, valueOf } from '../documents/fixtures.ts'
import { ALICE, DECLARATION, ICON, publication } from './composed-presence.ts'

const permissions = (transformations: string) => {
  const wrapped = tree(`<t xmlns="urn:ietf:params:xml:ns:pres-rules">${transformations}</t>`)
  const elements = wrapped.children.filter((child) => typeof child !== 'string')
  return combine([parsePresenceRule({ actions: [], transformations: elements })])
}
const ALL_COMPONENTS =
  '<provide-services><all-services/></provide-services><provide-persons><all-persons/></provide-persons><provide-devices><all-devices/></provide-devices>'

interface Seen {
  readonly iconWithStatusIcon?: boolean
  readonly stored?: boolean
  readonly profile?: 'default' | 'blink'
}
/** What is left of a published document for watchers with these transformations. */
function left(
  content: string,
  transformations: string,
  { iconWithStatusIcon = false, stored = false, profile = 'default' }: Seen = {},
): string {
  const publications = [publication(content, 1)]
  const composed = composePresence(ALICE, { publications, ...(stored ? { icon: ICON } : {}) })
  const options = { iconWithStatusIcon }
  const filtered = filterPresence(composed, permissions(transformations), options)
  return serializePresence(filtered, profile).slice(DECLARATION.length)
}

const TUPLES =
  '<tuple id="a"><status><basic>open</basic></status><r:class>biz</r:class><contact>mailto:alice@example.com</contact></tuple>' +
  '<tuple id="b"><status><basic>open</basic></status><r:class>home</r:class><contact>tel:+1-212-555-1234</contact></tuple>' +
  '<tuple id="c"><status><basic>closed</basic></status><contact>sip:alice@192.0.2.1</contact></tuple>'

const SERVICES: [set: string, ids: string[]][] = [
  ['<all-services/>', ['a', 'b', 'c']],
  ['<class>biz</class>', ['a']],
  ['<class>BIZ</class>', ['closed']],
  ['<class>biz</class><class>home</class>', ['a', 'b']],
  ['<occurrence-id>b</occurrence-id>', ['b']],
  ['<service-uri>tel:+12125551234</service-uri>', ['b']],
  ['<service-uri>MAILTO:alice@example.com</service-uri>', ['a']],
  ['<service-uri>sip:alice@EXAMPLE.com</service-uri>', ['c']],
  ['<service-uri-scheme>mailto</service-uri-scheme>', ['a']],
  ['<service-uri-scheme>MAILTO</service-uri-scheme>', ['closed']],
  ['<service-uri-scheme>mail</service-uri-scheme>', ['closed']],
  ['', ['closed']],
]
for (const [set, ids] of SERVICES) {
  test(`RFC 5025 §3.3.1.3: provide-services of ${set || 'nothing'} leaves ${ids.join()}`, () => {
    const text = left(TUPLES, `<provide-services>${set}</provide-services>`)
    const found = [...text.matchAll(/<tuple id="(\w+)"/g)].map(([, id]) => id)
    assert.deepEqual(found, ids)
    if (ids[0] === 'closed') assert.match(text, /<basic>closed<\/basic>/)
  })
}

const DEVICES =
  '<d:device id="d1"><r:class>biz</r:class><d:deviceID>urn:uuid:F81D4FAE-7dec-11d0-a765-00a0c91e6bf6</d:deviceID></d:device>' +
  '<d:device id="d2"><d:deviceID>mac:8asd7d7d70</d:deviceID><d:note>mine</d:note><d:timestamp>2026-01-01T00:00:00Z</d:timestamp></d:device>'
const DEVICE_SETS: [set: string, ids: string[]][] = [
  ['<all-devices/>', ['d1', 'd2']],
  ['<class>biz</class>', ['d1']],
  ['<deviceID>URN:UUID:f81d4fae-7dec-11d0-a765-00a0c91e6bf6</deviceID>', ['d1']],
  ['<deviceID>mac:8ASD7D7D70</deviceID>', []],
  ['<occurrence-id>d2</occurrence-id>', ['d2']],
  ['', []],
]
for (const [set, ids] of DEVICE_SETS) {
  test(`RFC 5025 §3.3.1.1: provide-devices of ${set || 'nothing'} leaves ${ids.join() || 'none'}`, () => {
    const text = left(DEVICES, `<provide-devices>${set}</provide-devices>`)
    const found = [...text.matchAll(/<dm:device id="(\w+)"/g)].map(([, id]) => id)
    assert.deepEqual(found, ids)
  })
}

test('RFC 5025 §3.3.2: timestamp and deviceID of a device are always told, its notes by provide-note', () => {
  const provided = '<provide-devices><occurrence-id>d2</occurrence-id></provide-devices>'
  const always =
    '<dm:deviceID>mac:8asd7d7d70</dm:deviceID><dm:timestamp>2026-01-01T00:00:00Z</dm:timestamp>'
  assert.ok(left(DEVICES, provided).includes(`<dm:device id="d2">${always}</dm:device>`))
  const withNote = left(DEVICES, `${provided}<provide-note>true</provide-note>`)
  assert.match(withNote, /<dm:note>mine<\/dm:note>/)
})

const PERSON_SETS: [set: string, isSeen: boolean][] = [
  ['<all-persons/>', true],
  ['<class>private</class>', true],
  ['<class>biz</class>', false],
  ['<occurrence-id>person</occurrence-id>', true],
  ['<occurrence-id>somebody</occurrence-id>', false],
]
for (const [set, isSeen] of PERSON_SETS) {
  test(`RFC 5025 §3.3.1.2: provide-persons of ${set} ${isSeen ? 'shows' : 'hides'} the person`, () => {
    const content =
      '<d:person id="p1"><r:class>private</r:class><r:mood><r:happy/></r:mood></d:person>'
    const rules = `<provide-persons>${set}</provide-persons><provide-mood>true</provide-mood>`
    assert.equal(left(content, rules).includes('<rpid:happy/>'), isSeen)
  })
}

test('RFC 5025 §3.3.1.2: a person merged of several is in a class only if all of them are', () => {
  const person = (name: string) =>
    `<d:person id="p"><r:class>${name}</r:class><r:mood><r:happy/></r:mood></d:person>`
  const rules =
    '<provide-persons><class>biz</class></provide-persons><provide-mood>true</provide-mood>'
  assert.match(left(person('biz') + person('biz'), rules), /happy/)
  assert.doesNotMatch(left(person('biz') + person('private'), rules), /happy|class/)
})

test('RFC 5025 §3.3.2: contact, service-class, basic status and timestamp of a tuple are always told', () => {
  const content =
    '<tuple id="t"><status><basic>open</basic><x:own/></status><r:service-class><r:electronic/></r:service-class><r:privacy><r:audio/></r:privacy>' +
    '<contact priority="0.5">mailto:a@example.com</contact><note>hidden</note><timestamp>2026-01-01T00:00:00Z</timestamp></tuple>'
  const text = left(content, '<provide-services><all-services/></provide-services>')
  assert.ok(
    text.includes(
      '<tuple id="t"><status><basic>open</basic></status><rpid:service-class><rpid:electronic/></rpid:service-class>' +
        '<contact priority="0.5">mailto:a@example.com</contact><timestamp>2026-01-01T00:00:00Z</timestamp></tuple>',
    ),
    text,
  )
})

/** What a permission is about, as it stands in a person; the deviceID and the relationship stand in a tuple. */
const ATTRIBUTES: Record<string, string> = {
  activities: '<r:activities><r:note>hush</r:note><r:busy/></r:activities>',
  class: '<r:class>biz</r:class>',
  mood: '<r:mood><r:happy/></r:mood>',
  'place-is': '<r:place-is><r:audio><r:noisy/></r:audio></r:place-is>',
  'place-type': '<r:place-type><r:other>home</r:other></r:place-type>',
  privacy: '<r:privacy><r:text/></r:privacy>',
  sphere: '<r:sphere><r:work/></r:sphere>',
  'status-icon': '<r:status-icon>http://example.com/a.png</r:status-icon>',
  'time-offset': '<r:time-offset>60</r:time-offset>',
  deviceID: '<d:deviceID>mac:1</d:deviceID>',
  relationship: '<r:relationship><r:assistant/></r:relationship>',
}
const IN_A_TUPLE = ['deviceID', 'relationship']
for (const [name, element] of Object.entries(ATTRIBUTES)) {
  test(`RFC 5025 §3.3.2: provide-${name} and no other permission lets ${name} through`, () => {
    const inPerson = Object.entries(ATTRIBUTES).filter(([one]) => !IN_A_TUPLE.includes(one))
    const inTuple = IN_A_TUPLE.map((one) => ATTRIBUTES[one]).join('')
    const content =
      `<tuple id="t"><status><basic>open</basic></status>${inTuple}<note>n</note></tuple>` +
      `<d:person id="p">${inPerson.map(([, one]) => one).join('')}<d:note>n</d:note></d:person>`
    const text = left(content, `${ALL_COMPONENTS}<provide-${name}>true</provide-${name}>`)
    const local = (one: string) => /^<\w:([\w-]+)/.exec(one)?.[1] ?? ''
    const found = Object.values(ATTRIBUTES).filter((one) => text.includes(`:${local(one)}>`))
    assert.deepEqual(found, [element])
    assert.doesNotMatch(text, /<(?:dm:)?note>/)
    const denied = left(content, `${ALL_COMPONENTS}<provide-${name}>false</provide-${name}>`)
    assert.ok(!denied.includes(`:${local(element)}>`))
  })
}

test('RFC 5025 §3.3.2.13: provide-note is about notes of components, not about those inside activities', () => {
  const content =
    '<tuple id="t"><status><basic>open</basic></status><note>of a tuple</note></tuple><note>of all</note>' +
    '<d:person id="p"><r:activities><r:note>of activities</r:note><r:away/></r:activities><d:note>of a person</d:note></d:person>'
  const activities = left(content, `${ALL_COMPONENTS}<provide-activities>1</provide-activities>`)
  assert.match(activities, /of activities/)
  assert.doesNotMatch(activities, /of a tuple|of all|of a person/)
  const notes = left(content, `${ALL_COMPONENTS}<provide-note>true</provide-note>`)
  for (const what of ['a tuple', 'all', 'a person']) assert.ok(notes.includes(`of ${what}`), what)
  assert.doesNotMatch(notes, /of activities/)
  const noPersons = '<provide-services><all-services/></provide-services>'
  const withoutPerson = left(content, `${noPersons}<provide-note>true</provide-note>`)
  assert.doesNotMatch(withoutPerson, /of all|of a person/)
})

const USER_INPUTS: [value: string, left: string][] = [
  ['false', ''],
  ['bare', '<rpid:user-input>idle</rpid:user-input>'],
  ['thresholds', '<rpid:user-input idle-threshold="600">idle</rpid:user-input>'],
  [
    'full',
    '<rpid:user-input idle-threshold="600" last-input="2026-01-01T00:00:00Z" since="2026-01-01T00:00:00Z">idle</rpid:user-input>',
  ],
]
for (const [value, expected] of USER_INPUTS) {
  test(`RFC 5025 §3.3.2.12: provide-user-input ${value} leaves ${expected || 'nothing'}`, () => {
    const element =
      '<r:user-input idle-threshold="600" last-input="2026-01-01T00:00:00Z" since="2026-01-01T00:00:00Z">idle</r:user-input>'
    for (const content of [
      `<d:person id="p">${element}</d:person>`,
      `<tuple id="t"><status><basic>open</basic></status>${element}</tuple>`,
      `<d:device id="d">${element}<d:deviceID>mac:1</d:deviceID></d:device>`,
    ]) {
      const rules = `${ALL_COMPONENTS}<provide-user-input>${value}</provide-user-input>`
      const found = /<rpid:user-input.*<\/rpid:user-input>/.exec(left(content, rules))?.[0] ?? ''
      assert.equal(found, expected)
    }
  })
}

test('RFC 5025 §3.3.2.14: an unknown attribute passes by namespace and name, in every component; RPID is not unknown', () => {
  const content =
    '<tuple id="t"><status><basic>open</basic></status><x:foo/><x:bar/></tuple>' +
    '<d:person id="p"><x:foo/><r:mood><r:sad/></r:mood></d:person><d:device id="d"><x:foo/><d:deviceID>m</d:deviceID></d:device><x:foo/>'
  const unknown = (ns: string, name: string) =>
    `<provide-unknown-attribute ns="${ns}" name="${name}">true</provide-unknown-attribute>`
  const text = left(content, ALL_COMPONENTS + unknown('urn:x', 'foo'))
  assert.equal(text.match(/:foo[ />]/g)?.length, 3, 'not what stands beside the components')
  assert.doesNotMatch(text, /bar|mood/)
  const rpid = unknown('urn:ietf:params:xml:ns:pidf:rpid', 'mood')
  assert.doesNotMatch(left(content, ALL_COMPONENTS + rpid), /mood|foo/)
})

test('RFC 5025 §3.3.2.15: provide-all-attributes gives everything of the components provided, and of no others', () => {
  const content =
    '<tuple id="t"><status><basic>open</basic></status><x:foo/><note>n</note></tuple>' +
    '<d:person id="p"><r:user-input last-input="2026-01-01T00:00:00Z">active</r:user-input><x:foo/></d:person><x:top/>'
  const all = left(content, `${ALL_COMPONENTS}<provide-all-attributes/>`)
  for (const what of ['foo', 'note', 'last-input', 'top']) assert.ok(all.includes(what), what)
  const services = '<provide-services><all-services/></provide-services><provide-all-attributes/>'
  assert.doesNotMatch(left(content, services), /person|last-input|top/)
})

test('RFC 5025 §4: what is seen by its class alone keeps that class, so that filtering again leaves it', () => {
  const content =
    '<tuple id="t"><status><basic>open</basic></status><r:class>biz</r:class><r:class>secret</r:class></tuple>'
  const byClass = left(content, '<provide-services><class>biz</class></provide-services>')
  assert.match(byClass, /<rpid:class>biz</)
  assert.doesNotMatch(byClass, /secret/)
  const both =
    '<provide-services><class>biz</class><occurrence-id>t</occurrence-id></provide-services>'
  assert.doesNotMatch(left(content, both), /biz/)
})

const CIPID_ICON =
  '<provide-unknown-attribute ns="urn:ietf:params:xml:ns:pidf:cipid" name="icon">true</provide-unknown-attribute>'
const STATUS_ICON = '<provide-status-icon>true</provide-status-icon>'
const ICONS: [rules: string, strictly: string[], withStatusIcon: string[]][] = [
  ['', [], []],
  [CIPID_ICON, ['c:icon'], ['c:icon']],
  [STATUS_ICON, ['rpid:status-icon'], ['rpid:status-icon', 'c:icon']],
  [CIPID_ICON + STATUS_ICON, ['rpid:status-icon', 'c:icon'], ['rpid:status-icon', 'c:icon']],
  ['<provide-all-attributes/>', ['rpid:status-icon', 'c:icon'], ['rpid:status-icon', 'c:icon']],
]
const isShown = (rules: string) =>
  isIconShown({ handling: 'allow', filter: permissions(rules), key: '' })
for (const iconWithStatusIcon of [false, true]) {
  for (const [rules, ...expected] of ICONS) {
    const names = expected[iconWithStatusIcon ? 1 : 0]
    const title = rules.match(/(?<=<)provide-[\w-]+/g)?.join(' and ') ?? 'no permission'
    test(`iconWithStatusIcon ${iconWithStatusIcon}: the stored icon passes by ${title} as ${names.join(' and ') || 'nothing'}`, () => {
      const seen = { iconWithStatusIcon, stored: true }
      const text = left('', ALL_COMPONENTS + rules, seen)
      const found = ['rpid:status-icon', 'c:icon'].filter((name) => text.includes(`<${name}>`))
      assert.deepEqual(found, names)
      assert.equal(isShown(ALL_COMPONENTS + rules), names.length > 0, 'icons.access: rules')
      const blink = left('', ALL_COMPONENTS + rules, { ...seen, profile: 'blink' })
      const inTuple = blink.includes(`<c:icon>${ICON.presContentUrl}#blink-icon`)
      assert.equal(inTuple, names.includes('c:icon'), "Blink's icon in the tuple")
    })
  }
}

test("RFC 5025 §3.3.1.2: who may not see the person does not see the stored icon, in Blink's tuple either", () => {
  const rules = '<provide-services><all-services/></provide-services><provide-all-attributes/>'
  for (const profile of ['default', 'blink'] as const) {
    assert.doesNotMatch(left('', rules, { stored: true, profile }), /icon/)
  }
  assert.equal(isShown(rules), false, 'icons.access: rules')
})

test('RFC 5025 §3.3.2.10: an icon published in a tuple passes with the tuple and the permission for icons', () => {
  const content =
    '<tuple id="t"><status><basic>open</basic></status><ci:icon>http://h/a.png</ci:icon><r:status-icon>http://h/a.png</r:status-icon></tuple>'
  const services = '<provide-services><all-services/></provide-services>'
  assert.doesNotMatch(left(content, services), /icon/)
  const strictly = left(content, services + STATUS_ICON)
  assert.match(strictly, /<rpid:status-icon>/)
  assert.doesNotMatch(strictly, /<c:icon>/)
  const both = left(content, services + STATUS_ICON, { iconWithStatusIcon: true })
  assert.match(both, /<c:icon>http:\/\/h\/a.png<.*<rpid:status-icon>/)
})

test('RFC 5025 §6: the example shows sip: and mailto: services, all persons, no devices, activities, bare user-input and foo', () => {
  const rules = valueOf(parseRuleset(tree(fixture('pres-rules/rfc5025-6.xml'))))
  const decision = decidePresence(rules, { watcher: ALICE, now: 0 })
  assert.equal(decision.subHandling, 'block', 'for anybody else')
  const watcher = parseAor('sip:user@example.com')
  const allowed = decidePresence(rules, { watcher, now: 0 })
  assert.equal(allowed.subHandling, 'allow')
  const content =
    `${TUPLES}${DEVICES}<d:person id="p"><r:activities><r:busy/></r:activities><r:mood><r:sad/></r:mood>` +
    '<r:user-input idle-threshold="1" since="2026-01-01T00:00:00Z">active</r:user-input><v:foo xmlns:v="urn:vendor-specific:foo-namespace"/></d:person>'
  const composed = composePresence(ALICE, { publications: [publication(content, 1)] })
  const filtered = filterPresence(composed, allowed, { iconWithStatusIcon: false })
  assert.deepEqual(
    filtered.tuples.map(({ id }) => id),
    ['a', 'c'],
  )
  assert.deepEqual(filtered.devices, [])
  assert.deepEqual(
    filtered.person?.attributes.map(({ name, attributes }) => [name, attributes.length]),
    [
      ['activities', 0],
      ['user-input', 0],
      ['foo', 0],
    ],
  )
})
