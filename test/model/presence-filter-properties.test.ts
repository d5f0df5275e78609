/** Properties of privacy filtering that hold for every document and every set of rules. RFC 5025 §4. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { PresencePermissions, ProvidedMember } from '../../core/documents/pres-rules.ts'
import { xmlAttribute, xmlElement, type XmlElement } from '../../core/documents/xml-element.ts'
import { serializePresence, type ComposedPresence } from '../../core/model/composition.ts'
import { filterPresence } from '../../core/model/presence-filter.ts'
import { createSeededRandom, type SeededRandom } from '../support/seeded-random.ts'
import { ALICE, ICON } from './composed-presence.ts'

const RPID = 'urn:ietf:params:xml:ns:pidf:rpid'
const CIPID = 'urn:ietf:params:xml:ns:pidf:cipid'
const CLASSES = ['biz', 'home', 'BIZ']
const URIS = ['sip:alice@example.com', 'mailto:a@example.com', 'tel:+1212', 'urn:uuid:A-B', '']
const IDS = ['a', 'b', 'closed', 'person']
const RUNS = 3_000

function some<T>(random: SeededRandom, make: () => T, most = 3): T[] {
  return Array.from({ length: random.integer(most + 1) }, make)
}

function attribute(random: SeededRandom): XmlElement {
  const names = ['activities', 'mood', 'status-icon', 'sphere', 'service-class', 'time-offset']
  return random.pick([
    () => xmlElement(RPID, random.pick(names), ['x']),
    () => xmlElement(RPID, 'class', [random.pick(CLASSES)]),
    () =>
      xmlElement(
        RPID,
        'user-input',
        ['idle'],
        some(
          random,
          () => xmlAttribute(random.pick(['idle-threshold', 'last-input', 'id']), '1'),
          1,
        ),
      ),
    () => xmlElement(CIPID, random.pick(['icon', 'display-name']), ['http://h/']),
    () => xmlElement('urn:x', random.pick(['foo', 'bar'])),
    () => xmlElement('urn:ietf:params:xml:ns:pidf:data-model', 'deviceID', ['mac:1']),
  ])()
}

function randomDocument(random: SeededRandom): ComposedPresence {
  const attributes = () => some(random, () => attribute(random), 4)
  const notes = () => some(random, () => ({ text: 'note' }), 1)
  const occurrence = () => ({
    ...{ id: random.pick(IDS), attributes: attributes(), notes: notes() },
    ...(random.chance(0.5) ? { timestamp: '2026-01-01T00:00:00Z' } : {}),
  })
  const tuple = () => ({
    id: random.pick(IDS),
    ...(random.chance(0.8) ? { basic: random.pick(['open', 'closed'] as const) } : {}),
    statusExtensions: some(random, () => attribute(random), 1),
    extensions: attributes(),
    ...(random.chance(0.8) ? { contact: { uri: random.pick(URIS) } } : {}),
    notes: notes(),
  })
  return {
    presentity: ALICE,
    tuples: [tuple(), ...some(random, tuple)],
    notes: notes(),
    ...(random.chance(0.7) ? { person: occurrence() } : {}),
    devices: some(random, () => ({ ...occurrence(), deviceId: random.pick(URIS) })),
    extensions: attributes(),
    ...(random.chance(0.5) ? { icon: ICON } : {}),
  }
}

function randomPermissions(random: SeededRandom): PresencePermissions {
  const values: Record<ProvidedMember['kind'], readonly string[]> = {
    class: CLASSES,
    'occurrence-id': IDS,
    deviceID: URIS,
    'service-uri': URIS,
    'service-uri-scheme': ['sip', 'tel', 'mailto'],
  }
  const kinds = Object.keys(values) as ProvidedMember['kind'][]
  const provided = () => ({
    all: random.chance(0.3),
    members: some(random, () => {
      const kind = random.pick(kinds)
      return { kind, value: random.pick(values[kind]) }
    }),
  })
  const names = [
    'activities',
    'mood',
    'class',
    'status-icon',
    'note',
    'sphere',
    'deviceID',
  ] as const
  return {
    services: provided(),
    persons: provided(),
    devices: provided(),
    attributes: new Set(some(random, () => random.pick(names))),
    userInput: random.pick(['false', 'bare', 'thresholds', 'full'] as const),
    unknownAttributes: some(random, () => ({
      namespace: random.pick(['urn:x', CIPID]),
      name: random.pick(['foo', 'icon']),
    })),
    allAttributes: random.chance(0.2),
  }
}

for (const iconWithStatusIcon of [false, true]) {
  test(`RFC 5025 §4: filtering a filtered document again changes nothing (${RUNS} random ones, iconWithStatusIcon ${iconWithStatusIcon})`, () => {
    const random = createSeededRandom(5025)
    for (let run = 0; run < RUNS; run++) {
      const permissions = randomPermissions(random)
      const filter = (one: ComposedPresence) =>
        filterPresence(one, permissions, { iconWithStatusIcon })
      const once = filter(randomDocument(random))
      assert.deepEqual(filter(once), once, `run ${run}`)
    }
  })
}

test(`RFC 4745 §10: more permissions never show less (${RUNS} random documents)`, () => {
  const random = createSeededRandom(4745)
  for (let run = 0; run < RUNS; run++) {
    const document = randomDocument(random)
    const permissions = randomPermissions(random)
    const more = { ...permissions, userInput: 'full' as const, allAttributes: true }
    const size = (one: PresencePermissions) =>
      serializePresence(filterPresence(document, one, { iconWithStatusIcon: false }), 'default')
        .length
    assert.ok(size(permissions) <= size(more), `run ${run}`)
  }
})
