import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { isDevice, parseDevice } from '../../core/documents/data-model.ts'
import { parsePidf, type PresenceDocument } from '../../core/documents/pidf.ts'
import { textOf } from '../../core/documents/xml-element.ts'
import { readDocument } from '../../core/documents/xml-reader.ts'
import {
  composePresence,
  pendingPresence,
  politeBlockedPresence,
  serializePresence,
} from '../../core/model/composition.ts'
import { entityTag } from '../../core/model/entity-tag.ts'
import { watcherProfileOf } from '../../core/model/watcher-profile.ts'
import {
  ALICE,
  ICON,
  DECLARATION,
  read,
  presence,
  publication,
  composed,
  tuple,
  person,
  tupleIds,
} from './composed-presence.ts'

test('no publication and no icon: one closed tuple and nothing else', () => {
  assert.equal(
    composed([]),
    '<presence xmlns="urn:ietf:params:xml:ns:pidf" entity="sip:alice@example.com"><tuple id="closed"><status><basic>closed</basic></status><contact>sip:alice@example.com</contact></tuple></presence>',
  )
})

test('no publication: the stored icon and the name stand in the person all the same', () => {
  const text = composed([], { icon: ICON, name: 'Alice <3' })
  assert.deepEqual(tupleIds(text), ['closed'])
  assert.match(text, /<dm:person id="person">/)
  assert.ok(text.includes(`<c:icon>${ICON.url}</c:icon>`))
  assert.ok(text.includes(`<rpid:status-icon>${ICON.url}</rpid:status-icon>`))
  assert.ok(text.includes('<c:display-name>Alice &lt;3</c:display-name>'))
})

test('a publication that names only a person gets a closed tuple', () => {
  assert.deepEqual(tupleIds(composed([person('<d:note>hi</d:note>')])), ['closed'])
})

test('CLIENTS: ids that two devices reuse become unique, open tuples come before closed ones', () => {
  const text = composed([
    tuple('t4109', 'open'),
    tuple('t4109', 'closed') + tuple('t4109-2', 'open'),
  ])
  assert.deepEqual(
    read(text).tuples.map(({ id, basic }) => [id, basic]),
    [
      ['t4109-2', 'open'],
      ['t4109-3', 'open'],
      ['t4109', 'closed'],
    ],
  )
})

test('RFC 3863 §4.1.2: what is no xs:ID becomes one', () => {
  assert.deepEqual(tupleIds(composed([tuple('1&amp;2', 'open') + tuple('person', 'open')])), [
    'i12',
    'person-2',
  ])
})

test('many tuples of one id do not take quadratic time', () => {
  const started = process.cpuUsage()
  composed([tuple('t', 'open').repeat(10_000)])
  const { user } = process.cpuUsage(started)
  assert.ok(user < 2_000_000, `${user} µs of processor time`)
})

test('CLIENTS: the contact is the address of record, its priority is kept', () => {
  const contactOf = (contact: string) =>
    read(composed([tuple('t', 'open', contact)])).tuples[0]?.contact
  assert.deepEqual(
    contactOf('<contact priority="0.8">sip:alice@192.0.2.1:5060;transport=udp</contact>'),
    {
      uri: ALICE,
      priority: '0.8',
    },
  )
  assert.deepEqual(contactOf('<contact>pres:alice@example.com</contact>'), { uri: ALICE })
  assert.deepEqual(contactOf(''), { uri: ALICE })
})

test('RFC 3863 §4.1.5: a contact by another means is kept', () => {
  const [mail] = read(
    composed([tuple('t', 'open', '<contact>mailto:alice@example.com</contact>')]),
  ).tuples
  assert.deepEqual(mail?.contact, { uri: 'mailto:alice@example.com' })
})

test('notes about the presentity are kept, each once, the newest first', () => {
  const { notes } = read(
    composed(['<note>a</note>', '<note>b</note><note>a</note>', '<note xml:lang="de">a</note>']),
  )
  assert.deepEqual(notes, [{ text: 'a', language: 'de' }, { text: 'b' }, { text: 'a' }])
})

test('RFC 3863 §4.2.3: what nobody knows survives in tuple, status, person and beside them', () => {
  const text = composed([
    `<tuple id="t"><status><basic>open</basic><x:s a="1"/></status><x:t>1</x:t></tuple><x:root><x:in/></x:root>${person('<x:p/>')}`,
  ])
  for (const element of [
    '<x:s xmlns:x="urn:x" a="1"/>',
    '<x:t xmlns:x="urn:x">1</x:t>',
    '<x:p xmlns:x="urn:x"/>',
    '<x:root xmlns:x="urn:x"><x:in/></x:root>',
  ]) {
    assert.ok(text.includes(element), element)
  }
})

test('RFC 4479 §3.4: devices are kept, one description of each, with ids of their own', () => {
  const device = (id: string, urn: string, note: string) =>
    `<d:device id="${id}"><d:deviceID>${urn}</d:deviceID><d:note>${note}</d:note></d:device>`
  const text = composed([
    device('d', 'urn:device:1', 'old'),
    device('d', 'urn:device:1', 'new') + device('d', 'urn:device:2', 'b'),
  ])
  const devices = read(text).extensions.filter(isDevice).map(parseDevice)
  assert.deepEqual(
    devices.map(({ id, deviceId, notes }) => [id, deviceId, notes[0]?.text]),
    [
      ['d', 'urn:device:1', 'new'],
      ['d-2', 'urn:device:2', 'b'],
    ],
  )
})

test('RFC 4827: hard state is there without publications and gives way to them', () => {
  const hardState = presence(
    tuple('h', 'closed', '<note>by mail</note>') + person('<r:mood><r:sad/></r:mood>'),
  )
  assert.deepEqual(tupleIds(composed([], { hardState })), ['h'])
  const text = composed([tuple('t', 'open') + person('<r:mood><r:happy/></r:mood>')], { hardState })
  assert.deepEqual(tupleIds(text), ['t', 'h'])
  assert.match(text, /<rpid:mood><rpid:happy\/><\/rpid:mood>/)
})

test('composing is deterministic: the order in which publications are given does not matter', () => {
  const publications = [
    publication(tuple('t', 'open') + person('<r:mood><r:sad/></r:mood>'), 1),
    publication(tuple('t', 'closed') + person('<r:mood><r:happy/></r:mood>'), 1.5),
    publication(tuple('u', 'open'), 1),
  ].map((each, index) => ({ ...each, tag: entityTag(`tag${index}`) }))
  const bodies = [publications, publications.toReversed()].map((given) =>
    serializePresence(composePresence(ALICE, { publications: given }), 'default'),
  )
  assert.equal(bodies[0], bodies[1])
})

test('composing what was composed changes nothing', () => {
  const folder = new URL('../fixtures/documents/pidf/', import.meta.url)
  for (const file of readdirSync(folder)) {
    const reading = readDocument(readFileSync(new URL(file, folder)), (root) =>
      parsePidf(root, 'sip:a@b'),
    )
    if (reading.error !== undefined) continue
    const compose = (document: PresenceDocument) =>
      serializePresence(
        composePresence(ALICE, {
          publications: [{ document, publishedAt: 0, tag: entityTag('a') }],
          icon: ICON,
        }),
        'default',
      )
    const once = compose(reading.value)
    assert.equal(compose(read(once)), once, file)
  }
})

test('pending and politely blocked watchers get one closed tuple', () => {
  const [pending, blocked] = [pendingPresence(ALICE), politeBlockedPresence(ALICE)].map(
    (each) => read(serializePresence(each, 'default')).tuples,
  )
  assert.deepEqual(
    pending?.map(({ basic, notes }) => [basic, notes]),
    [['closed', [{ text: 'pending' }]]],
  )
  assert.deepEqual(blocked, read(composed([])).tuples)
})

test('Blink gets the icon in the first tuple, as pres-content with the SHA-1 of the image', () => {
  const publications = [publication(tuple('a', 'closed') + tuple('b', 'open'), 0)]
  const body = serializePresence(composePresence(ALICE, { publications, icon: ICON }), 'blink')
  const [first, second] = read(body).tuples
  assert.equal(first?.id, 'b')
  assert.deepEqual(first.extensions.map(textOf), [`${ICON.presContentUrl}#blink-icon${ICON.sha1}`])
  assert.deepEqual(second?.extensions, [])
})

test('Blink keeps the icon that was published in the tuple', () => {
  const publications = [publication(tuple('a', 'open', '<ci:icon>http://a/1</ci:icon>'), 0)]
  const body = serializePresence(composePresence(ALICE, { publications, icon: ICON }), 'blink')
  assert.deepEqual(read(body).tuples[0]?.extensions.map(textOf), ['http://a/1'])
})

test('a watcher profile is known by the User-Agent', () => {
  assert.equal(watcherProfileOf('Blink 5.9.1 (Linux)'), 'blink')
  assert.equal(watcherProfileOf('Blink Pro 4.6.0 (MacOSX)'), 'blink')
  assert.equal(watcherProfileOf('baresip v1.0.0 (x86_64/linux)'), 'default')
  assert.equal(watcherProfileOf(undefined), 'default')
})

test('RFC 3261 §18.1.1: the body with an icon leaves room for the head of a NOTIFY within 1300 bytes', () => {
  const text = composed(
    [tuple('t4109', 'open') + person('<r:activities><r:busy/></r:activities>')],
    { icon: ICON },
  )
  assert.ok(text.length + DECLARATION.length < 700, String(text.length))
})
