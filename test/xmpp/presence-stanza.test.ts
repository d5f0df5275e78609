import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ShownAvatar } from '../../xmpp-gateway/user-avatars.ts'
import type { Availability } from '../../xmpp-gateway/presence/availability.ts'
import { readPresence } from '../../xmpp-gateway/presence/read-presence.ts'
import { presenceStanza } from '../../xmpp-gateway/presence/write-presence.ts'
import { ownCapabilities } from '../../xmpp-gateway/disco/own-capabilities.ts'
import { writeStanza } from '../../xmpp-gateway/stream/stanza-writer.ts'
import { tree } from '../documents/fixtures.ts'

const presence = (content: string, attributes = '') =>
  readPresence(
    tree(`<presence xmlns="jabber:component:accept" ${attributes}>${content}</presence>`),
    'desk',
  )

const NOTHING_SAID = {
  resource: 'desk',
  show: undefined,
  statuses: [],
  priority: 0,
  capabilities: undefined,
  photo: undefined,
}

test('RFC 6121 §4.7: presence without children is available, with priority 0', () => {
  assert.deepEqual(presence(''), NOTHING_SAID)
})

test('RFC 6121 §4.7.2: show, statuses in their languages, priority, capabilities and picture are read', () => {
  const given = presence(
    `<show>dnd</show><status>Wooing Juliet</status><status xml:lang='cs'>Dvo\u0159\u00edm se Julii</status>
     <priority>1</priority>
     <c xmlns='http://jabber.org/protocol/caps' hash='sha-1' node='http://code.example/exodus' ver='QgayPKawpkPSDYmwT/WM94uAlu0='/>
     <x xmlns='vcard-temp:x:update'><photo>01B87FCD030B72895FF8E88DB57EC525450F000D</photo></x>`,
    "xml:lang='en'",
  )
  assert.deepEqual(given, {
    resource: 'desk',
    show: 'dnd',
    statuses: [
      { text: 'Wooing Juliet', lang: 'en' },
      { text: 'Dvořím se Julii', lang: 'cs' },
    ],
    priority: 1,
    capabilities: {
      node: 'http://code.example/exodus',
      hash: 'sha-1',
      ver: 'QgayPKawpkPSDYmwT/WM94uAlu0=',
    },
    photo: '01b87fcd030b72895ff8e88db57ec525450f000d',
  })
})

for (const [text, priority] of [
  ['-128', -128],
  ['127', 127],
  [' +5 ', 5],
  ['128', 0],
  ['-129', 0],
  ['1.5', 0],
  ['1e2', 0],
  ['high', 0],
  ['', 0],
] as const) {
  test(`RFC 6121 §4.7.2.3: the priority "${text}" counts as ${priority}`, () => {
    assert.equal(presence(`<priority>${text}</priority>`).priority, priority)
  })
}

test('XEP-0153 §4.1: an update without photo says nothing, an empty photo says that there is none', () => {
  const update = (content: string) =>
    presence(`<x xmlns="vcard-temp:x:update">${content}</x>`).photo
  assert.equal(update(''), undefined)
  assert.equal(update('<photo/>'), 'none')
  assert.equal(update('<photo> </photo>'), 'none')
  assert.equal(update('<photo>not a hash</photo>'), undefined)
})

test('what a contact writes is bounded: long statuses, many languages, odd languages, absurd capabilities', () => {
  const statuses = Array.from(
    { length: 100 },
    (_, n) => `<status xml:lang="l${n}">${'x'.repeat(5_000)}</status>`,
  )
  const given = presence(statuses.join(''))
  assert.equal(given.statuses.length, 16)
  assert.ok(given.statuses.every(({ text }) => text.length === 1_024))
  const odd = presence(`<status xml:lang="${'y'.repeat(500)}">A</status><status>B</status>`)
  assert.deepEqual(odd.statuses, [{ text: 'A', lang: undefined }])
  const caps = (ver: string) =>
    presence(`<c xmlns="http://jabber.org/protocol/caps" hash="sha-1" node="n" ver="${ver}"/>`)
  assert.equal(caps('v'.repeat(129)).capabilities, undefined)
  assert.equal(caps('').capabilities, undefined)
})

test('what is not of the stanza itself, and a show that does not exist, says nothing', () => {
  assert.deepEqual(
    presence(
      `<show>asleep</show><status/><show xmlns="urn:x">away</show><status xmlns="urn:x">A</status>`,
    ),
    NOTHING_SAID,
  )
})

const FROM_TO = { from: 'alice@sip.example/sip', to: 'bob@xmpp.example' }
const NONE: ShownAvatar = { state: 'none' }
const IMAGE: ShownAvatar = {
  state: 'image',
  avatar: { id: '01b87fcd030b72895ff8e88db57ec525450f000d', size: 1, width: 1, height: 1 },
}
const CAPS = `<c xmlns="http://jabber.org/protocol/caps" node="${ownCapabilities.node}" hash="sha-1" ver="${ownCapabilities.ver}"/>`

const written = (shown: Availability, avatar: ShownAvatar) =>
  writeStanza(presenceStanza(FROM_TO, shown, avatar))

test('RFC 6121 §4.7.2: an available user is written with show, statuses, priority, capabilities and picture', () => {
  const statuses = [
    { text: 'At <lunch> & more', lang: undefined },
    { text: 'Beim Essen', lang: 'de' },
  ]
  assert.equal(
    written({ isAvailable: true, show: 'away', statuses, priority: 5 }, IMAGE),
    '<presence from="alice@sip.example/sip" to="bob@xmpp.example"><show>away</show>' +
      '<status>At &lt;lunch&gt; &amp; more</status><status xml:lang="de">Beim Essen</status><priority>5</priority>' +
      `${CAPS}<x xmlns="vcard-temp:x:update"><photo>01b87fcd030b72895ff8e88db57ec525450f000d</photo></x></presence>`,
  )
})

test('XEP-0153 §4.1: no picture is an empty photo, one that is not loaded yet is none at all', () => {
  const available: Availability = { isAvailable: true, show: undefined, statuses: [], priority: 0 }
  const head = '<presence from="alice@sip.example/sip" to="bob@xmpp.example">'
  assert.equal(
    written(available, NONE),
    `${head}${CAPS}<x xmlns="vcard-temp:x:update"><photo/></x></presence>`,
  )
  assert.equal(
    written(available, { state: 'unknown' }),
    `${head}${CAPS}<x xmlns="vcard-temp:x:update"/></presence>`,
  )
})

test('RFC 6121 §4.5.1: unavailable presence has neither show nor priority; what it says and the picture stay', () => {
  assert.equal(
    written({ isAvailable: false, statuses: [{ text: 'Gone', lang: undefined }] }, NONE),
    '<presence from="alice@sip.example/sip" to="bob@xmpp.example" type="unavailable">' +
      '<status>Gone</status><x xmlns="vcard-temp:x:update"><photo/></x></presence>',
  )
})
