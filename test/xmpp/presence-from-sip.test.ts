import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parsePidf } from '../../core/documents/pidf.ts'
import { readDocument } from '../../core/documents/xml-reader.ts'
import type { Availability } from '../../xmpp-gateway/presence/availability.ts'
import { presenceOfPidf } from '../../xmpp-gateway/presence/presence-of-pidf.ts'
import { fixture, valueOf } from '../documents/fixtures.ts'

const read = (source: Uint8Array | string) =>
  valueOf(readDocument(source, (root) => parsePidf(root)))

const pidf = (content: string) =>
  read(
    `<presence xmlns="urn:ietf:params:xml:ns:pidf" xmlns:r="urn:ietf:params:xml:ns:pidf:rpid"
      xmlns:dm="urn:ietf:params:xml:ns:pidf:data-model" entity="sip:alice@sip.example">${content}</presence>`,
  )
const tuple = (basic: string, rest = '', id = 't') =>
  `<tuple id="${id}"><status><basic>${basic}</basic></status>${rest}</tuple>`
const showing = (show: string, id = 't', rest = '') =>
  `<tuple id="${id}"><status><basic>open</basic><show xmlns="jabber:client">${show}</show></status>${rest}</tuple>`
const doing = (...activities: string[]) =>
  `<dm:person id="p"><r:activities>${activities.map((name) => `<r:${name}/>`).join('')}</r:activities></dm:person>`
const note = (text: string, lang?: string) =>
  lang === undefined ? `<note>${text}</note>` : `<note xml:lang="${lang}">${text}</note>`
const priority = (value: string) => `<contact priority="${value}">sip:alice@sip.example</contact>`

/** In one line: `away 5 "At lunch" de"Beim Essen"`, or `unavailable "Gone"`. */
function inWords(shown: Availability): string {
  const statuses = shown.statuses.map(({ text, lang }) => `${lang ?? ''}"${text}"`)
  if (!shown.isAvailable) return ['unavailable', ...statuses].join(' ')
  const weight = shown.priority === 0 ? [] : [String(shown.priority)]
  return [shown.show ?? 'available', ...weight, ...statuses].join(' ')
}

const FROM_SIP: readonly (readonly [string, string])[] = [
  ['', 'unavailable'],
  [tuple('closed'), 'unavailable'],
  [tuple('closed') + tuple('closed', '', 'u'), 'unavailable'],
  ['<tuple id="t"><status/></tuple>', 'unavailable'],
  [tuple('closed', note('Back on Monday')), 'unavailable "Back on Monday"'],
  [tuple('closed') + doing('busy'), 'unavailable'],
  [tuple('open'), 'available'],
  [tuple('closed') + tuple('open', '', 'u'), 'available'],
  ...['on-the-phone', 'in-transit', 'meeting', 'busy', 'appointment', 'presentation'].map(
    (activity) => [tuple('open') + doing(activity), 'dnd'] as const,
  ),
  [tuple('open') + doing('performance'), 'dnd'],
  ...['away', 'meal', 'breakfast', 'lunch', 'dinner', 'shopping', 'sleeping', 'travel'].map(
    (activity) => [tuple('open') + doing(activity), 'away'] as const,
  ),
  ...['vacation', 'holiday', 'permanent-absence'].map(
    (activity) => [tuple('open') + doing(activity), 'xa'] as const,
  ),
  ...['unknown', 'other', 'working', 'tv'].map(
    (activity) => [tuple('open') + doing(activity), 'available'] as const,
  ),
  [tuple('open') + doing('away', 'busy'), 'dnd'],
  [tuple('open') + doing('working', 'travel'), 'away'],
  // Older clients put activities into the tuple.
  [tuple('open', '<r:activities><r:busy/></r:activities>'), 'dnd'],
  // An activity of somebody else's list means nothing here.
  [
    `${tuple('open')}<dm:person id="p"><r:activities><busy xmlns="urn:x"/></r:activities></dm:person>`,
    'available',
  ],
  [showing('away'), 'away'],
  [showing('xa') + doing('away'), 'xa'],
  [showing('chat') + doing('busy'), 'chat'],
  [showing('asleep') + doing('away'), 'away'],
  [showing('away', 'a') + showing('chat', 'b') + showing('dnd', 'c'), 'chat'],
  [showing('away', 'a') + tuple('open', '', 'b') + showing('dnd', 'c'), 'available'],
  [showing('xa', 'a') + showing('away', 'b'), 'away'],
  [showing('away', 'a') + showing('dnd', 'b'), 'dnd'],
  [tuple('open', note('At lunch')), 'available "At lunch"'],
  [
    tuple('open', note('At lunch') + note('Beim Essen', 'de') + note('Beim Kochen', 'de')),
    'available "At lunch" de"Beim Essen"',
  ],
  [
    `${tuple('open')}<dm:person id="p"><dm:note>In the garden</dm:note></dm:person>`,
    'available "In the garden"',
  ],
  [tuple('open') + note('Of the whole'), 'available "Of the whole"'],
  [
    `${tuple('open')}<dm:person id="p"><r:activities><r:note>Abroad</r:note><r:travel/></r:activities></dm:person>`,
    'away "Abroad"',
  ],
  [
    `${tuple('open', note('Mine'))}<dm:person id="p"><dm:note>Hers</dm:note></dm:person>`,
    'available "Mine"',
  ],
  [showing('away', 'a', note('Phone')) + tuple('open', note('Desk'), 'b'), 'available "Desk"'],
  [tuple('open', priority('1')), 'available 127'],
  [tuple('open', priority('0.5')), 'available 64'],
  [tuple('open', priority('0.0')), 'available'],
  [tuple('open', priority('7')), 'available'],
  [
    tuple('open', priority('0.1') + note('A'), 'a') +
      tuple('open', priority('0.9') + note('B'), 'b'),
    'available 114 "B"',
  ],
]

for (const [content, expected] of FROM_SIP) {
  test(`RFC 8048 §6.3: ${content.replace(/\s+/g, ' ') || 'a document without a tuple'} is ${expected}`, () => {
    assert.equal(inWords(presenceOfPidf(pidf(content))), expected)
  })
}

test('RFC 8048 §6.3: its example 20 is unavailable, its example 4 is away', () => {
  assert.equal(inWords(presenceOfPidf(pidf(tuple('closed')))), 'unavailable')
  const example = presenceOfPidf(read(fixture('pidf/rfc8048-5.2.1-show.xml')))
  assert.equal(inWords(example), 'away')
})

test('a note without end is cut, not within a character; more languages than anybody speaks are left out', () => {
  const many = Array.from({ length: 40 }, (_, n) =>
    note('x'.repeat(1_023) + '😀'.repeat(9), `l${n}`),
  )
  const { statuses } = presenceOfPidf(pidf(tuple('open', many.join(''))))
  assert.equal(statuses.length, 16)
  assert.equal(statuses[0]?.text, 'x'.repeat(1_023))
})
