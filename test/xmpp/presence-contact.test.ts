import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parsePidf } from '../../core/documents/pidf.ts'
import { textOf } from '../../core/documents/xml-element.ts'
import { readDocument } from '../../core/documents/xml-reader.ts'
import { silentLog } from '../../core/model/log.ts'
import { parseAor, type Aor } from '../../core/uri/aor.ts'
import { parseJid } from '../../xmpp-gateway/jid.ts'
import type { Pair } from '../../xmpp-gateway/pair.ts'
import { createContactPresence } from '../../xmpp-gateway/presence/contact-presence.ts'
import { tree, valueOf } from '../documents/fixtures.ts'
import { createManualClock } from '../support/manual-clock.ts'
import { alice, bob, createManualPairs, type ManualPairs } from './manual-pairs.ts'

const amy = parseAor('sip:amy@sip.example')!

/** In one line: each tuple's resource, `-` before one that is closed, its show and its note. */
function inShort(document: string | undefined): string {
  if (document === undefined) return 'nothing'
  const { tuples } = valueOf(readDocument(document, (root) => parsePidf(root)))
  const told = tuples.map(({ id, basic, statusExtensions, notes }) =>
    [
      `${basic === 'open' ? '' : '-'}${id.replace('ID-', '')}`,
      ...statusExtensions.map(textOf),
      ...notes.map(({ text }) => `"${text}"`),
    ].join(' '),
  )
  return told.join(', ')
}

function startWorld(pairs = createManualPairs()) {
  const clock = createManualClock()
  let published: string[] = []
  const settled: string[] = []
  const contacts = createContactPresence({
    pairs,
    setResource: (pair, name, now) => {
      // As the table of pairs has it.
      if (pair.record.to === 'granted' || !now) pairs.resource(pair, name, now)
    },
    settle: (contact) => {
      settled.push(`${contact} before ${published.length + 1}`)
      return false
    },
    source: { publish: (_, document) => published.push(inShort(document)) },
    clock,
    log: silentLog,
  })

  function receive(to: Aor, from: string, content = '', type?: 'unavailable') {
    const stanza = tree(
      `<presence xmlns="jabber:component:accept" from="${from}" to="${to.slice(4)}">${content}</presence>`,
    )
    const presence = { from: parseJid(from)!, to: parseJid(to.slice(4))!, stanza }
    contacts.handlers[type ?? 'available'](presence)
  }

  return {
    ...{ clock, pairs, settled, contacts },
    available: (to: Aor, resource: string, content = '') => {
      receive(to, `bob@xmpp.example/${resource}`, content)
    },
    unavailable: (to: Aor, resource?: string, content = '') => {
      const from = resource === undefined ? 'bob@xmpp.example' : `bob@xmpp.example/${resource}`
      receive(to, from, content, 'unavailable')
    },
    receive,
    /** What was published since the last time, after the time that it may take. */
    published: (milliseconds = 1_000): string[] => {
      clock.advance(milliseconds)
      const taken = published
      published = []
      return taken
    },
  }
}

const say = (show: string, status = '') => `<show>${show}</show><status>${status}</status>`

function bothSee(pairs: ManualPairs): Pair[] {
  return [alice, amy].map((user) => pairs.set({ user }))
}

test('RFC 8048 §6.2: what a contact shows is published, and each change of it', () => {
  const { pairs, available, published } = startWorld()
  pairs.set()
  available(alice, 'desk')
  assert.deepEqual(published(), ['desk'])
  available(alice, 'desk', say('away', 'At lunch'))
  assert.deepEqual(published(), ['desk away "At lunch"'])
  available(alice, 'desk', say('away', 'At lunch'))
  assert.deepEqual(published(), [])
})

test('RFC 8048 §6.2: a contact with several devices has a tuple for each', () => {
  const { pairs, available, unavailable, published } = startWorld()
  pairs.set()
  available(alice, 'desk', say('xa'))
  available(alice, 'phone')
  assert.deepEqual(published(), ['phone, desk xa'])
  unavailable(alice, 'phone', '<status>Battery</status>')
  assert.deepEqual(published(), ['desk xa, -phone "Battery"'])
  available(alice, 'desk', say('dnd'))
  assert.deepEqual(published(), ['desk dnd'])
})

test('B6: the last device that goes is one closed document, with what it said', () => {
  const { pairs, available, unavailable, published } = startWorld()
  pairs.set()
  available(alice, 'desk')
  available(alice, 'phone')
  published()
  unavailable(alice, 'desk')
  unavailable(alice, 'phone', '<status>Good night</status>')
  assert.deepEqual(published(100), ['-phone "Good night"'])
  assert.deepEqual(published(60_000), [])
})

test('RFC 6121 §4.5.4: unavailable presence of the bare JID is of all devices', () => {
  const { pairs, available, unavailable, published } = startWorld()
  pairs.set()
  available(alice, 'desk')
  available(alice, 'phone')
  published()
  unavailable(alice)
  assert.deepEqual(published(), ['-phone'])
})

test('RFC 6121 §4.6: directed presence to somebody without a subscription is published to nobody', () => {
  const { pairs, available, unavailable, published } = startWorld()
  pairs.set({ to: 'none' })
  pairs.set({ user: amy })
  available(amy, 'desk')
  assert.deepEqual(published(), ['desk'])
  available(alice, 'desk', say('xa', 'for Alice alone'))
  available(alice, 'secret')
  unavailable(alice, 'secret')
  available(parseAor('sip:nobody@sip.example')!, 'desk', say('dnd'))
  assert.deepEqual(published(), [])
})

test('pitfall 8: the unavailable presence by which a server acknowledges a request says nothing', () => {
  const { pairs, unavailable, published } = startWorld()
  pairs.set({ to: 'asked' })
  unavailable(alice)
  assert.deepEqual(published(), [])
})

test('RFC 8048 §5.3.1: who has approved and is not there is closed', () => {
  const { pairs, unavailable, published } = startWorld()
  pairs.set({ to: 'asked' })
  assert.deepEqual(published(), [])
  pairs.set()
  unavailable(alice)
  assert.deepEqual(published(), ['-closed'])
})

test('RFC 6121 §4.3.2: whom a probe finds nowhere after a restart is closed', () => {
  const pairs = createManualPairs()
  pairs.set()
  const { unavailable, published } = startWorld(pairs)
  assert.deepEqual(published(), [])
  unavailable(alice)
  assert.deepEqual(published(), ['-closed'])
})

test('a broadcast to many users is one document', () => {
  const { pairs, available, published } = startWorld()
  const users = Array.from({ length: 300 }, (_, n) => parseAor(`sip:user${n}@sip.example`)!)
  for (const user of users) pairs.set({ user })
  published()
  for (const user of users) available(user, 'desk', say('away'))
  assert.deepEqual(published(), ['desk away'])
})

test('B4: at most one document a second; who comes or goes is told at once', () => {
  const { pairs, available, unavailable, published } = startWorld()
  pairs.set()
  published()
  available(alice, 'desk', '<status>0</status>')
  assert.deepEqual(published(100), ['desk "0"'])
  for (let step = 1; step <= 8; step++) {
    available(alice, 'desk', `<status>${step}</status>`)
    assert.deepEqual(published(110), [])
  }
  assert.deepEqual(published(200), ['desk "8"'])
  unavailable(alice, 'desk')
  assert.deepEqual(published(100), ['-desk'])
})

test('RFC 8048 §8.2: what a device says to one user alone is not told to the others', () => {
  const { pairs, available, published } = startWorld()
  bothSee(pairs)
  for (const user of [alice, amy]) available(user, 'desk', say('away', 'for all'))
  assert.deepEqual(published(), ['desk away "for all"'])
  for (const user of [alice, amy]) {
    available(user, 'desk', say('chat', 'for one'))
    assert.deepEqual(published(), [])
    available(user, 'desk', say('away', 'for all'))
    assert.deepEqual(published(), [])
  }
  for (const user of [alice, amy]) available(user, 'desk', say('dnd', 'for all'))
  assert.deepEqual(published(), ['desk dnd "for all"'])
})

test('XEP-0191 §3.3: from whom a contact hides is decided before anybody sees that he is there', () => {
  const { pairs, available, unavailable, published, settled } = startWorld()
  bothSee(pairs)
  unavailable(alice)
  published()
  settled.length = 0
  available(amy, 'desk')
  assert.deepEqual(published(), ['desk'])
  assert.deepEqual(settled, [`${bob} before 1`])
})

test('RFC 8048 §5.3.3: a contact whom nobody here may see any more is not published', () => {
  const { pairs, available, published } = startWorld()
  bothSee(pairs)
  for (const user of [alice, amy]) available(user, 'desk')
  assert.deepEqual(published(), ['desk'])
  pairs.set({ to: 'refused' })
  assert.deepEqual(published(), [])
  pairs.remove(amy, bob)
  assert.deepEqual(published(), ['nothing'])
  pairs.set({ user: amy, to: 'none' })
  assert.deepEqual(published(), [])
})

test('presence of no device, and devices beyond what a document carries, do no harm', () => {
  const { pairs, available, receive, published } = startWorld()
  pairs.set()
  published()
  receive(alice, 'bob@xmpp.example')
  assert.deepEqual(published(), [])
  const names = Array.from({ length: 64 }, (_, n) => `device${String(n).padStart(2, '0')}`)
  for (const name of names) available(alice, name, say('away', '&amp;'.repeat(1_000)))
  const [document = ''] = published()
  assert.equal(document.split(', ').length, 16)
  assert.ok(document.length < 6_000, `${document.length} characters`)
})

test('nothing is published after it is closed', () => {
  const { pairs, available, published, contacts } = startWorld()
  pairs.set()
  available(alice, 'desk')
  contacts.close()
  available(alice, 'desk', say('away'))
  assert.deepEqual(published(60_000), [])
})
