import assert from 'node:assert/strict'
import { test } from 'node:test'
import { textOf } from '../../core/documents/xml-element.ts'
import { ICON, composed, tuple, person, personIn } from './composed-presence.ts'

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
