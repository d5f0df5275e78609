import assert from 'node:assert/strict'
import { test } from 'node:test'
import { silentLog, type Log } from '../../core/model/log.ts'
import type { WatchStanding } from '../../core/model/presence-source.ts'
import { parseAor } from '../../core/uri/aor.ts'
import type { Pair } from '../../xmpp-gateway/pair.ts'
import { createUserPresence } from '../../xmpp-gateway/presence/user-presence.ts'
import type { ShownAvatar } from '../../xmpp-gateway/user-avatars.ts'
import { createManualClock } from '../support/manual-clock.ts'
import { alice, carol, createManualPairs } from './manual-pairs.ts'
import { createRecordedStreams } from './recorded-streams.ts'

const HASH = '01b87fcd030b72895ff8e88db57ec525450f000d'
const IMAGE: ShownAvatar = {
  state: 'image',
  avatar: { id: HASH, size: 1, width: 1, height: 1 },
}

function pidf(basic: string, note?: string): string {
  const notes = note === undefined ? '' : `<note>${note}</note>`
  return `<presence xmlns="urn:ietf:params:xml:ns:pidf" entity="${alice}"><tuple id="t"><status><basic>${basic}</basic></status>${notes}</tuple></presence>`
}

const active = (
  document: string | undefined,
  handling: 'allow' | 'polite-block' = 'allow',
): WatchStanding => ({ state: 'active', document, handling, showsIcon: true })
const open = (note?: string) => active(pidf('open', note))
const closed = (note?: string) => active(pidf('closed', note))

interface WorldOptions {
  readonly log?: Log
}

function startWorld({ log = silentLog }: WorldOptions = {}) {
  const clock = createManualClock()
  const streams = createRecordedStreams()
  const pairs = createManualPairs()
  let avatar: ShownAvatar = { state: 'none' }
  const avatarListeners = new Set<(user: typeof alice) => void>()
  const close = createUserPresence({
    pairs,
    streams,
    clock,
    log,
    avatars: {
      of: () => avatar,
      follow: (listener) => {
        avatarListeners.add(listener)
        return () => avatarListeners.delete(listener)
      },
    },
  })
  return {
    clock,
    pairs,
    close,
    /** A pair that nothing was shown to yet. */
    pair: (wanted: Parameters<typeof pairs.set>[0] = {}) =>
      pairs.set({ standing: undefined, ...wanted }),
    setAvatar: (next: ShownAvatar) => {
      avatar = next
      for (const listener of avatarListeners) listener(alice)
    },
    /** In short: `bob@xmpp.example available "note"`. */
    sent: () => streams.takeSent().map(inShort),
    sentStanzas: () => streams.takeSent(),
  }
}

function inShort(stanza: string): string {
  const part = (pattern: RegExp) => pattern.exec(stanza)?.[1]
  const type = part(/ type="(\w+)"/) ?? 'available'
  const status = part(/<status>(.*?)<\/status>/)
  const photo = /<photo\/>/.test(stanza) ? [] : [part(/<photo>(\w{4})/) ?? 'no photo']
  return [
    part(/ to="(.*?)"/),
    type,
    ...(status === undefined ? [] : [`"${status}"`]),
    ...photo,
  ].join(' ')
}

const NOT_SHOWN: readonly (readonly [
  string,
  WatchStanding | undefined,
  Partial<Pair['record']>,
])[] = [
  ['nothing is known of her yet', undefined, {}],
  ['she has not decided', { state: 'pending' }, {}],
  ['he has not asked', open(), { from: 'none' }],
  ['he was not told that he may', open(), { from: 'asked' }],
  ['she has refused', open(), { from: 'refused' }],
]
for (const [why, standing, record] of NOT_SHOWN) {
  test(`RFC 8048 §5.2.1: a contact is shown nothing while ${why}`, () => {
    const { pairs, pair, sent } = startWorld()
    const one = pair(record)
    pairs.show(one, standing)
    pairs.probe(one, 'bob@xmpp.example/desk')
    assert.deepEqual(sent(), [])
  })
}

const SHOWN: readonly (readonly [string, WatchStanding, string])[] = [
  ['open', open('At work'), 'bob@xmpp.example available "At work"'],
  [
    'closed, with its note',
    closed('Back on Monday'),
    'bob@xmpp.example unavailable "Back on Monday"',
  ],
  ['without a document', active(undefined), 'bob@xmpp.example unavailable'],
  ['politely blocked', active(pidf('open', 'x'), 'polite-block'), 'bob@xmpp.example unavailable'],
  ['terminated', { state: 'terminated', isFinal: true }, 'bob@xmpp.example unavailable'],
  [
    'terminated for a while',
    { state: 'terminated', isFinal: false },
    'bob@xmpp.example unavailable',
  ],
]
for (const [what, standing, expected] of SHOWN) {
  test(`RFC 8048 §6.3, B4: a subscription that is ${what} is shown as ${expected}`, () => {
    const { pairs, pair, sent } = startWorld()
    pairs.show(pair(), standing)
    assert.deepEqual(sent(), [expected])
  })
}

test('A9: who is politely blocked sees an empty photo, whatever the picture is', () => {
  const { pairs, pair, setAvatar, sentStanzas } = startWorld()
  setAvatar(IMAGE)
  pairs.show(pair(), active(pidf('open'), 'polite-block'))
  assert.deepEqual(sentStanzas(), [
    '<presence from="alice@sip.example/sip" to="bob@xmpp.example" type="unavailable">' +
      '<x xmlns="vcard-temp:x:update"><photo/></x></presence>',
  ])
})

test('RFC 6121 §4.4: the same is not told twice; what was forgotten is told again', () => {
  const { clock, pairs, pair, sent } = startWorld()
  const one = pair()
  pairs.show(one, open())
  clock.advance(5_000)
  pairs.show(one, open())
  clock.advance(5_000)
  assert.deepEqual(sent(), ['bob@xmpp.example available'])
  pairs.forget(one)
  pairs.show(one, open())
  assert.deepEqual(sent(), ['bob@xmpp.example available'])
})

test('B4: at most one presence a second, and the newest is told', () => {
  const { clock, pairs, pair, sent } = startWorld()
  const one = pair()
  for (let step = 0; step < 10; step++) {
    pairs.show(one, open(`step ${step}`))
    clock.advance(50)
  }
  assert.deepEqual(sent(), ['bob@xmpp.example available "step 0"'])
  clock.advance(500)
  assert.deepEqual(sent(), ['bob@xmpp.example available "step 9"'])
  pairs.show(one, open('later'))
  clock.advance(999)
  assert.deepEqual(sent(), [])
  clock.advance(1)
  assert.deepEqual(sent(), ['bob@xmpp.example available "later"'])
  clock.advance(60_000)
  assert.deepEqual(sent(), [])
})

test('B4: each contact has a second of his own', () => {
  const { clock, pairs, pair, sent } = startWorld()
  const one = pair()
  const other = pair({ contact: carol })
  pairs.show(one, open('one'))
  clock.advance(900)
  pairs.show(other, open('one'))
  pairs.show(one, open('two'))
  pairs.show(other, open('two'))
  sent()
  clock.advance(100)
  assert.deepEqual(sent(), ['bob@xmpp.example available "two"'])
  clock.advance(899)
  assert.deepEqual(sent(), [])
  clock.advance(1)
  assert.deepEqual(sent(), ['carol@xmpp.example available "two"'])
})

test('B4: who comes or goes is told at once; what waited is not told after it', () => {
  const { clock, pairs, pair, sent } = startWorld()
  const one = pair()
  pairs.show(one, open('one'))
  pairs.show(one, open('two'))
  pairs.show(one, closed())
  assert.deepEqual(sent(), ['bob@xmpp.example available "one"', 'bob@xmpp.example unavailable'])
  pairs.show(one, open('three'))
  assert.deepEqual(sent(), ['bob@xmpp.example available "three"'])
  clock.advance(60_000)
  assert.deepEqual(sent(), [])
})

test('B4: a change that is taken back within the second is not told', () => {
  const { clock, pairs, pair, sent } = startWorld()
  const one = pair()
  pairs.show(one, open('one'))
  pairs.show(one, open('two'))
  pairs.show(one, open('one'))
  clock.advance(60_000)
  assert.deepEqual(sent(), ['bob@xmpp.example available "one"'])
})

test('B4: a document that is not PIDF changes nothing, and the log says so once', () => {
  const warnings: string[] = []
  const log: Log = { ...silentLog, warn: (_, text) => warnings.push(text) }
  const { clock, pairs, pair, sent } = startWorld({ log })
  const one = pair()
  pairs.show(one, open('one'))
  for (const bad of ['<presence', '', '<x/>', '<presence']) pairs.show(one, active(bad))
  clock.advance(60_000)
  pairs.probe(one, 'bob@xmpp.example/desk')
  assert.deepEqual(sent(), ['bob@xmpp.example available "one"'])
  assert.equal(warnings.length, 3)
})

test('RFC 6121 §4.3.2: a full JID that probes is answered alone, however often it asks', () => {
  const { pairs, pair, sent } = startWorld()
  const one = pair()
  pairs.show(one, open())
  pairs.probe(one, 'bob@xmpp.example/desk')
  pairs.probe(one, 'bob@xmpp.example/desk')
  assert.deepEqual(sent(), [
    'bob@xmpp.example available',
    'bob@xmpp.example/desk available',
    'bob@xmpp.example/desk available',
  ])
})

test('E4: a new picture is told within two seconds, to those who see the user and nobody else', () => {
  const { clock, pairs, pair, setAvatar, sent } = startWorld()
  pairs.show(pair(), open())
  pairs.show(pair({ contact: carol }), { state: 'pending' })
  pairs.show(pair({ contact: parseAor('sip:dave@xmpp.example')! }), closed())
  sent()
  setAvatar(IMAGE)
  clock.advance(2_000)
  assert.deepEqual(sent(), [
    'bob@xmpp.example available 01b8',
    'dave@xmpp.example unavailable 01b8',
  ])
  setAvatar(IMAGE)
  clock.advance(2_000)
  assert.deepEqual(sent(), [])
  setAvatar({ state: 'none' })
  clock.advance(2_000)
  assert.deepEqual(sent(), ['bob@xmpp.example available', 'dave@xmpp.example unavailable'])
})

test('XEP-0153 §4.1: a picture that is not loaded yet is not said to be none', () => {
  const { clock, pairs, pair, setAvatar, sent } = startWorld()
  setAvatar({ state: 'unknown' })
  pairs.show(pair(), open())
  assert.deepEqual(sent(), ['bob@xmpp.example available no photo'])
  setAvatar(IMAGE)
  clock.advance(1_000)
  assert.deepEqual(sent(), ['bob@xmpp.example available 01b8'])
})

test('a thousand contacts of a user are told in the same second, and none after it is closed', () => {
  const { clock, pairs, pair, sent, close } = startWorld()
  const all = Array.from({ length: 1_000 }, (_, n) =>
    pair({ contact: parseAor(`sip:contact${n}@xmpp.example`)! }),
  )
  for (const one of all) pairs.show(one, open('one'))
  assert.equal(sent().length, 1_000)
  for (const one of all) pairs.show(one, open('two'))
  clock.advance(1_100)
  assert.equal(sent().length, 1_000)
  for (const one of all) pairs.show(one, open('three'))
  close()
  clock.advance(60_000)
  for (const one of all) pairs.show(one, open('four'))
  assert.deepEqual(sent(), [])
})
