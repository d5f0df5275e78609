import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isPerson, parsePerson } from '../../core/documents/data-model.ts'
import { serializePidf, type PresenceDocument } from '../../core/documents/pidf.ts'
import { parseRpid } from '../../core/documents/rpid.ts'
import { textOf } from '../../core/documents/xml-element.ts'
import {
  pidfOfPresence,
  type AvailableResource,
} from '../../xmpp-gateway/presence/pidf-of-presence.ts'
import { contactPriority, resourcePriority } from '../../xmpp-gateway/presence/priority.ts'
import { tupleIdOf } from '../../xmpp-gateway/presence/tuple-id.ts'
import { createSeededRandom } from '../support/seeded-random.ts'
import { BOB, read, resource } from './presence-words.ts'

/** In one line: what each tuple says, and what the person does. */
function toldToSip({ tuples, extensions }: PresenceDocument): string {
  const told = tuples.map(({ id, basic, statusExtensions, contact, notes }) =>
    [
      id,
      basic,
      ...statusExtensions.map((element) => `{${element.namespace}}${textOf(element)}`),
      ...(contact?.priority === undefined ? [] : [contact.priority]),
      ...notes.map(({ text, language }) => `${language ?? ''}"${text}"`),
    ].join(' '),
  )
  const persons = extensions.filter(isPerson).map(parsePerson)
  const activities = persons.flatMap(
    ({ attributes }) => parseRpid(attributes).activities?.values.map(({ name }) => name) ?? [],
  )
  return [...told, ...activities].join(' + ')
}

const FROM_XMPP: readonly (readonly [string, readonly AvailableResource[], string])[] = [
  ['nobody', [], 'closed closed'],
  ['a resource', [resource({})], 'ID-desk open 0'],
  ['away', [resource({ show: 'away' })], 'ID-desk open {jabber:client}away 0 + away'],
  ['xa', [resource({ show: 'xa' })], 'ID-desk open {jabber:client}xa 0 + away'],
  ['dnd', [resource({ show: 'dnd' })], 'ID-desk open {jabber:client}dnd 0 + busy'],
  ['chat', [resource({ show: 'chat' })], 'ID-desk open {jabber:client}chat 0'],
  ['priority 1', [resource({ priority: 1 })], 'ID-desk open 0.008'],
  ['priority 126', [resource({ priority: 126 })], 'ID-desk open 0.992'],
  ['priority 127', [resource({ priority: 127 })], 'ID-desk open 1'],
  ['a negative priority, which is not mapped', [resource({ priority: -1 })], 'ID-desk open'],
  [
    'statuses in two languages',
    [
      resource({
        statuses: [
          { text: 'Wooing Juliet', lang: 'en' },
          { text: 'Dvořím se Julii', lang: 'cs' },
        ],
      }),
    ],
    'ID-desk open 0 en"Wooing Juliet" cs"Dvořím se Julii"',
  ],
  [
    'three resources, the most available of which is the person',
    [
      resource({ resource: 'a', show: 'away' }),
      resource({ resource: 'b', show: 'dnd' }),
      resource({ resource: 'c' }),
    ],
    'ID-c open 0 + ID-b open {jabber:client}dnd 0 + ID-a open {jabber:client}away 0',
  ],
  [
    'two resources that are equally available: the higher priority comes first',
    [resource({ resource: 'a', priority: -5 }), resource({ resource: 'b', priority: 5 })],
    'ID-b open 0.039 + ID-a open',
  ],
]

for (const [what, resources, expected] of FROM_XMPP) {
  test(`RFC 8048 §6.2: ${what} as PIDF`, () => {
    const written = serializePidf(pidfOfPresence(BOB, resources, []))
    assert.equal(toldToSip(read(written)), expected)
  })
}

const gone = (name: string, text?: string) => ({
  resource: name,
  statuses: text === undefined ? [] : [{ text, lang: undefined }],
})

test('RFC 8048 §6.2 note 5: a resource that goes is closed, beside those that stay', () => {
  const document = pidfOfPresence(BOB, [resource({})], [gone('phone', 'Battery')])
  assert.equal(toldToSip(document), 'ID-desk open 0 + ID-phone closed "Battery"')
})

test('B1: the last resource that goes leaves one closed tuple with its status', () => {
  const document = pidfOfPresence(BOB, [], [gone('phone'), gone('desk', 'Good night')])
  assert.equal(toldToSip(document), 'ID-desk closed "Good night"')
})

test('RFC 8048 §6.2 note 6: every priority has its own, and comes back', () => {
  const all = Array.from({ length: 128 }, (_, n) => n)
  const mapped = all.map(contactPriority)
  assert.equal(new Set(mapped).size, 128)
  for (const each of mapped) assert.match(String(each), /^(?:0|1|0\.\d{1,3})$/)
  assert.deepEqual(mapped.map(resourcePriority), all)
})

const NCNAME = /^[A-Za-z_][A-Za-z0-9._-]*$/

test('RFC 8048 §6.2 note 2: a tuple id is an xs:ID and tells any two resources apart', () => {
  assert.equal(tupleIdOf('yn0cl4bnw0yr3vym'), 'ID-yn0cl4bnw0yr3vym')
  const alike = [
    'a b',
    'a_20_b',
    'a_b',
    'a_5f_b',
    'ä',
    '_e4_',
    '😀',
    '\u{1f601}',
    'A',
    'a',
    '-',
    '.',
  ]
  const long = ['x'.repeat(1_023), `${'x'.repeat(1_022)}y`, 'ü'.repeat(500), `${'ü'.repeat(499)}o`]
  const ids = [...alike, ...long].map(tupleIdOf)
  assert.equal(new Set(ids).size, ids.length)
  for (const id of ids) {
    assert.match(id, NCNAME)
    assert.ok(id.length <= 140, id)
  }
})

test('property: tuple ids of random resources are distinct and valid', () => {
  const random = createSeededRandom(7)
  const letters = ['a', '_', 'h', '5', 'f', ' ', 'é', '\u{1f600}', '-', '"', '/']
  const names = new Set(
    Array.from({ length: 3_000 }, () =>
      Array.from({ length: 1 + random.integer(60) }, () => random.pick(letters)).join(''),
    ),
  )
  const ids = new Set([...names].map(tupleIdOf))
  assert.equal(ids.size, names.size)
  for (const id of ids) assert.match(id, NCNAME)
})
