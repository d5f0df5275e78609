import assert from 'node:assert/strict'
import { test } from 'node:test'
import { textOf } from '../../core/documents/xml-element.ts'
import { composePresence } from '../../core/model/composition.ts'
import {
  ALICE,
  ICON,
  composed,
  presence,
  publication,
  tuple,
  person,
  personIn,
} from './composed-presence.ts'

test('RFC 4480 §3.2: activities of all devices are united, what keeps from answering first', () => {
  const activities = (inside: string) => person(`<r:activities>${inside}</r:activities>`)
  const text = composed([
    activities('<r:away/><r:meal/><r:unknown/>'),
    activities('<r:note>call</r:note><r:busy/><r:away/>'),
    activities('<r:on-the-phone/><r:other>yoga</r:other>'),
  ])
  assert.ok(
    text.includes(
      '<rpid:activities><rpid:note>call</rpid:note><rpid:on-the-phone/><rpid:busy/><rpid:meal/><rpid:away/><rpid:other>yoga</rpid:other></rpid:activities>',
    ),
    text,
  )
})

test('RFC 4480 §3.2: activities of one device keep when they begin and end', () => {
  const text = composed([
    person('<r:activities from="2005-05-30T12:00:00Z"><r:away/><r:busy/></r:activities>'),
  ])
  assert.match(text, /<rpid:activities from="2005-05-30T12:00:00Z"><rpid:busy\/><rpid:away\/>/)
})

test('RFC 4479 §3.2: where devices disagree about the person the latest counts', () => {
  const text = composed([
    person(
      '<r:mood><r:sad/></r:mood><r:sphere>work</r:sphere><d:note>old</d:note><d:timestamp>2020-01-01T12:00:00+02:00</d:timestamp>',
    ),
    person(
      '<r:mood><r:happy/></r:mood><d:note>new</d:note><d:note>old</d:note><d:timestamp>2020-01-01T11:00:00Z</d:timestamp>',
    ),
  ])
  const { attributes, notes, timestamp } = personIn(text)
  assert.deepEqual(
    attributes.map(({ name }) => name),
    ['mood', 'sphere'],
  )
  assert.match(text, /<rpid:happy\/>/)
  assert.doesNotMatch(text, /<rpid:sad\/>/)
  assert.deepEqual(
    notes.map((note) => note.text),
    ['new', 'old'],
  )
  assert.equal(timestamp, '2020-01-01T11:00:00Z')
})

test('several elements of one name in one publication stay together', () => {
  const names =
    '<ci:display-name xml:lang="en">Alice</ci:display-name><ci:display-name xml:lang="de">Alix</ci:display-name>'
  const { attributes } = personIn(
    composed([person('<ci:display-name>Old</ci:display-name>'), person(names)], {
      name: 'Account',
    }),
  )
  assert.deepEqual(attributes.map(textOf), ['Alice', 'Alix'])
})

const iconsIn = (text: string) =>
  Object.fromEntries(personIn(text).attributes.map((element) => [element.name, textOf(element)]))

test('DESIGN: a published icon wins over the stored one, and the other name says the same', () => {
  assert.deepEqual(iconsIn(composed([person('<ci:icon>http://a/1</ci:icon>')], { icon: ICON })), {
    icon: 'http://a/1',
    'status-icon': 'http://a/1',
  })
  assert.deepEqual(iconsIn(composed([person('<r:status-icon>http://a/2</r:status-icon>')])), {
    icon: 'http://a/2',
    'status-icon': 'http://a/2',
  })
  const both = person('<ci:icon>http://a/1</ci:icon><r:status-icon>http://a/2</r:status-icon>')
  assert.deepEqual(iconsIn(composed([both], { icon: ICON })), {
    icon: 'http://a/1',
    'status-icon': 'http://a/2',
  })
})

test('DESIGN: a published URL of an icon of ours that is gone is dropped, in the tuple too', () => {
  const gone = 'http://127.0.0.1:8080/i/gone.png'
  const isGoneIcon = (url: string) => url === gone
  const published =
    tuple('t', 'open', `<ci:icon>${gone}</ci:icon>`) + person(`<ci:icon> ${gone} </ci:icon>`)
  const text = composed([published], { icon: ICON, isGoneIcon })
  assert.ok(!text.includes(gone))
  assert.equal(iconsIn(text)['icon'], ICON.url)
  const older = person('<ci:icon>http://a/1</ci:icon>')
  assert.equal(
    iconsIn(composed([older, published], { icon: ICON, isGoneIcon }))['icon'],
    'http://a/1',
  )
})

test('an empty icon element counts as none', () => {
  assert.equal(iconsIn(composed([person('<ci:icon/>')], { icon: ICON }))['icon'], ICON.url)
})

const input = (text: string, attributes = '') =>
  person(`<r:user-input${attributes}>${text}</r:user-input>`)
const inputIn = (text: string) => {
  const found = personIn(text).attributes.filter(({ name }) => name === 'user-input')
  assert.equal(found.length, 1)
  return textOf(found[0]!) + found[0]!.attributes.map(({ value }) => ` ${value}`).join('')
}

test('RFC 4480 §3.14: the device in use says whether there is user input', () => {
  assert.equal(inputIn(composed([input('active'), input('idle')])), 'active')
  assert.equal(inputIn(composed([input('idle'), input('active')])), 'active')
})

test('RFC 4480 §3.14: of idle devices the one counts that was used last', () => {
  const used = (time: string) => input('idle', ` last-input="${time}"`)
  const texts = [used('2024-01-01T12:00:00+02:00'), used('2024-01-01T09:00:00Z'), input('idle')]
  assert.equal(inputIn(composed(texts)), 'idle 2024-01-01T12:00:00+02:00')
})

test('RFC 4480 §3.1: what is over or has not begun is not told, and when that changes is known', () => {
  const now = Date.parse('2024-01-01T12:00:00Z')
  const timed = (from: string, until: string, value: string) =>
    person(
      `<r:activities from="2024-01-01T${from}:00Z" until="2024-01-01T${until}:00Z"><r:${value}/></r:activities>`,
    )
  const contents = [
    timed('10:00', '11:00', 'meal'),
    timed('11:00', '13:00', 'meeting'),
    timed('14:00', '15:00', 'travel'),
  ]
  const publications = contents.map((content, index) => publication(content, index))
  const whole = composePresence(ALICE, { publications, now })
  assert.deepEqual(
    whole.person?.attributes
      .flatMap(({ children }) => children)
      .map((child) => (typeof child === 'string' ? child : child.name)),
    ['meeting'],
  )
  assert.equal(whole.changesAt, Date.parse('2024-01-01T13:00:00Z'))
  assert.equal(
    composePresence(ALICE, { publications: [publication(person(''), 0)], now }).changesAt,
    undefined,
  )
})

test('RFC 4480 §3.1: user input of a tuple and mood of a device have their times too', () => {
  const over = 'until="2024-01-01T11:00:00Z"'
  const content =
    tuple('t', 'open', `<r:user-input ${over}>idle</r:user-input><r:class>a</r:class>`) +
    `<d:device id="d"><r:user-input ${over}>idle</r:user-input><d:deviceID>urn:d</d:deviceID></d:device>`
  assert.match(composed([content]), /user-input/)
  const text = composed([content], { now: Date.parse('2024-01-01T12:00:00Z') })
  assert.doesNotMatch(text, /user-input/)
  assert.match(text, /<rpid:class>a<\/rpid:class>/)
})

test('a time that cannot be read bounds nothing', () => {
  const content = person('<r:mood until="soon"><r:happy/></r:mood>')
  assert.match(composed([content], { now: 0 }), /happy/)
})

test('RFC 4480 §3.2: a call is the first of the activities, and a person of its own where there is none', () => {
  const text = composed([person('<r:activities><r:busy/></r:activities>')], { onThePhone: true })
  assert.match(text, /<rpid:activities><rpid:on-the-phone\/><rpid:busy\/><\/rpid:activities>/)
  assert.match(composed([], { onThePhone: true }), /<rpid:on-the-phone\/>/)
})

test('RFC 3856 §7.2: somebody registered is open while nothing is published, whatever hard state says', () => {
  const basics = (text: string) => [...text.matchAll(/<basic>(\w+)</g)].map(([, basic]) => basic)
  assert.deepEqual(basics(composed([], { registered: true })), ['open'])
  assert.deepEqual(basics(composed([tuple('t', 'closed')], { registered: true })), ['closed'])
  const hardState = presence(tuple('h', 'closed'))
  assert.deepEqual(basics(composed([], { registered: true, hardState })), ['open', 'closed'])
})

test('RFC 5196 §3: capabilities of services and devices are kept in composition', () => {
  const caps = (inside: string) => `<caps:${inside}`
  const content =
    tuple(
      't',
      'open',
      caps(
        'servcaps xmlns:caps="urn:ietf:params:xml:ns:pidf:caps"><caps:audio>true</caps:audio></caps:servcaps>',
      ),
    ) +
    '<d:device id="d">' +
    caps('devcaps xmlns:caps="urn:ietf:params:xml:ns:pidf:caps"><caps:mobility/></caps:devcaps>') +
    '<d:deviceID>urn:d</d:deviceID></d:device>'
  const text = composed([content, tuple('u', 'closed')])
  assert.match(text, /<caps:servcaps[^>]*><caps:audio>true<\/caps:audio><\/caps:servcaps>/)
  assert.match(text, /<caps:devcaps[^>]*><caps:mobility\/><\/caps:devcaps>/)
})
