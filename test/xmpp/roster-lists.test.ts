/** Contact lists become subscriptions. RFC 4826 §3, RFC 6121 §2.3, §2.5. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { listedContacts } from '../../core/model/contact-groups.ts'
import { parseResourceLists } from '../../core/documents/resource-lists.ts'
import { readDocument } from '../../core/documents/xml-reader.ts'
import { parseAor } from '../../core/uri/aor.ts'
import { ACTIVE, alice, ALICE, bob, BOB } from './pairs-desk.ts'
import { createRosterDesk, documentOf, lists } from './roster-desk.ts'

const SIP_BOB = `sip:${BOB}`
const ASKS = `subscribe ${ALICE} > ${BOB}`
const LETS_GO = [`unsubscribe ${ALICE} > ${BOB}`]

test('RFC 6121 §3.1.1: who is put on a list is asked, once', async (t) => {
  const desk = await createRosterDesk(t)
  await desk.put(lists(SIP_BOB, 'sip:carol@sip.example'))
  assert.deepEqual(await desk.settled(), [ASKS])
  await desk.put(lists('sip:carol@sip.example', SIP_BOB))
  await desk.put(lists(SIP_BOB), 'second')
  assert.deepEqual(await desk.later(), [])
})

test('RFC 4826 §3.2: lists in lists count, by whichever scheme, and a contact on several is one', async (t) => {
  const desk = await createRosterDesk(t)
  const entries = ['pres:bob@xmpp.example', 'sip:BOB@XMPP.example', 'sips:bob@xmpp.example']
  const [first, ...others] = entries.map((uri) => `<entry uri="${uri}"/>`)
  await desk.put(
    documentOf(
      `<list name="a"><list name="b">${first}</list></list><list>${others.join('')}</list>`,
    ),
  )
  assert.deepEqual(
    (await desk.settled()).filter((told) => told.includes(' > bob@')),
    [ASKS],
  )
})

test('a contact who is written with and without capitals is let go when neither is listed', async (t) => {
  const desk = await createRosterDesk(t)
  await desk.approve()
  await desk.put(lists(SIP_BOB, 'sip:Bob@xmpp.example'))
  await desk.settled()
  await desk.put(lists(SIP_BOB))
  assert.deepEqual(await desk.later(), [])
  await desk.put(lists())
  assert.deepEqual(await desk.later(), [...LETS_GO, `unsubscribed ${ALICE} > ${BOB}`])
})

test('a contact who is let in stands on her list already, however she has written him', async (t) => {
  const desk = await createRosterDesk(t)
  await desk.put(lists('sip:Bob@xmpp.example'))
  const before = await desk.document()
  await desk.approve()
  await desk.settled()
  assert.equal(await desk.document(), before)
})

test('lists on which people are blocked ask nobody', async (t) => {
  const desk = await createRosterDesk(t)
  const blocked = '<list name="oma_blockedcontacts"><entry uri="sip:bob@xmpp.example"/></list>'
  await desk.put(documentOf(blocked))
  assert.deepEqual(await desk.settled(), [])
})

test('RFC 6121 §2.5.1: who is taken off all lists is unsubscribed from, and sees nothing any more', async (t) => {
  const desk = await createRosterDesk(t)
  await desk.approve()
  await desk.put(lists(SIP_BOB))
  await desk.settled()
  desk.receive('subscribed', BOB, ALICE)
  await desk.settled()
  assert.equal(desk.relation(), 'granted/granted')
  await desk.put(lists())
  assert.deepEqual(await desk.later(), [...LETS_GO, `unsubscribed ${ALICE} > ${BOB}`])
  assert.equal(desk.relation(), 'strangers')
})

test('RFC 6121 §2.5.1: a document that is deleted takes its contacts along', async (t) => {
  const desk = await createRosterDesk(t)
  await desk.put(lists(SIP_BOB), 'second')
  await desk.settled()
  await desk.delete('second')
  assert.deepEqual(await desk.later(), LETS_GO)
})

test('who is moved from one list to another by two requests stays a contact', async (t) => {
  const desk = await createRosterDesk(t)
  await desk.put(lists(SIP_BOB))
  await desk.settled()
  await desk.put(lists())
  assert.deepEqual(await desk.settled(), [])
  await desk.put(documentOf(`<list name="work"><entry uri="${SIP_BOB}"/></list>`))
  assert.deepEqual(await desk.settled(), [])
  assert.deepEqual(await desk.later(), [])
  assert.equal(desk.relation(), 'asked/none')
})

test('who still stands in another document stays a contact', async (t) => {
  const desk = await createRosterDesk(t)
  await desk.put(lists(SIP_BOB))
  await desk.put(lists(SIP_BOB), 'second')
  await desk.settled()
  await desk.delete('second')
  assert.deepEqual(await desk.later(), [])
})

test('RFC 8048 §5.3.1: who was only watched and never listed is not let go by a list', async (t) => {
  const desk = await createRosterDesk(t)
  desk.control.ask(alice, bob, 'asks')
  await desk.settled()
  await desk.put(lists())
  assert.deepEqual(await desk.later(), [])
  assert.equal(desk.relation(), 'asked/none')
})

test('RFC 6121 §3.2.2: who has refused is asked again when he is put on a list anew', async (t) => {
  const desk = await createRosterDesk(t)
  desk.control.ask(alice, bob, 'asks')
  desk.receive('unsubscribed', BOB, ALICE)
  await desk.settled()
  assert.equal(desk.relation(), 'refused/none')
  await desk.put(lists(SIP_BOB))
  assert.deepEqual(await desk.settled(), [ASKS])
})

test('a document that cannot be understood lets nobody go', async (t) => {
  const desk = await createRosterDesk(t)
  await desk.put(lists(SIP_BOB))
  await desk.settled()
  await desk.put('<resource-lists')
  assert.deepEqual(await desk.later(), [])
  assert.equal(desk.relation(), 'asked/none')
})

test('a restart neither repeats what was asked nor misses what was changed meanwhile', async (t) => {
  const before = await createRosterDesk(t)
  await before.put(lists(SIP_BOB, 'sip:carol@xmpp.example'))
  assert.equal((await before.settled()).length, 2)
  before.receive('subscribed', BOB, ALICE)
  await before.settled()
  await before.stop()
  await before.put(lists(SIP_BOB, 'sip:dave@xmpp.example'))
  const after = await createRosterDesk(t, { kept: before })
  const asked = await after.settled()
  assert.deepEqual(
    asked.filter((told) => told.startsWith('subscribe ') && !told.includes('carol')),
    [`subscribe ${ALICE} > dave@xmpp.example`],
  )
  assert.deepEqual(await after.later(), [`unsubscribe ${ALICE} > carol@xmpp.example`])
})

test('who cannot be taken up for want of room is when there is some', async (t) => {
  const desk = await createRosterDesk(t)
  const many = Array.from({ length: 11 }, (_, n) => `sip:c${n}@xmpp.example`)
  await desk.put(lists(...many))
  assert.equal((await desk.settled()).length, 10)
  await desk.put(lists(...many.slice(1)))
  await desk.later()
  await desk.put(lists(...many.slice(1)), 'second')
  assert.deepEqual(await desk.settled(), [`subscribe ${ALICE} > c10@xmpp.example`])
})

test('RFC 5025 §3.2.1: who may see the user is put on her list, once, and so asked', async (t) => {
  const desk = await createRosterDesk(t)
  await desk.approve()
  assert.deepEqual(await desk.settled(), [ASKS])
  assert.match(
    (await desk.document())!,
    /<list name="friends"><entry uri="sip:bob@xmpp.example"\/>/,
  )
  await desk.put(lists())
  await desk.later()
  assert.equal(await desk.document(), lists(), 'who is taken off stays off')
})

test('RFC 4825 §8.2.3: the rest of the list stays as it was, byte for byte', async (t) => {
  const desk = await createRosterDesk(t)
  const [head, tail] = [
    '<?xml version="1.0"?>\r\n<!-- mine --><r:resource-lists xmlns:r="urn:ietf:params:xml:ns:resource-lists" xmlns:x="urn:x"><r:list name="work" x:a=\'1\'><r:display-name>Büro</r:display-name><r:entry uri="sip:carol@sip.example"/>',
    '<x:own/></r:list>\n</r:resource-lists >\n',
  ]
  await desk.put(head + tail)
  await desk.approve()
  await desk.settled()
  const written = (await desk.document())!
  assert.ok(written.startsWith(head) && written.endsWith(tail), written)
  const read = readDocument(written, parseResourceLists)
  assert.ok(read.error === undefined)
  assert.deepEqual(
    listedContacts(read.value).map(({ address }) => address),
    ['sip:carol@sip.example', SIP_BOB],
  )
})

test('who stands on a list of another document, or has refused, is put on none', async (t) => {
  const desk = await createRosterDesk(t)
  await desk.put(lists(SIP_BOB), 'second')
  await desk.settled()
  await desk.approve()
  await desk.settled()
  assert.equal(await desk.document(), undefined)
  const other = await createRosterDesk(t)
  other.control.ask(alice, bob, 'asks')
  other.receive('unsubscribed', BOB, ALICE)
  await other.settled()
  await other.approve()
  assert.deepEqual(await other.settled(), [])
  assert.equal(await other.document(), undefined)
})

test('a list that cannot be written is left as it is, and the log says so', async (t) => {
  const desk = await createRosterDesk(t)
  await desk.put('<resource-lists')
  await desk.approve()
  await desk.settled()
  assert.equal(await desk.document(), '<resource-lists')
  assert.match(desk.lines.join('\n'), /an XMPP contact could not be put on a list/)
})

test('an address that is another name of an account has the list of the account', async (t) => {
  const desk = await createRosterDesk(t)
  const number = parseAor('sip:101@sip.example')!
  await desk.store.accounts.put({ aor: alice, aliases: [number], credentials: [] })
  desk.receive('subscribe', BOB, '101@sip.example')
  await desk.stand(number, ACTIVE)
  assert.ok((await desk.settled()).includes(ASKS))
  assert.match((await desk.document())!, /sip:bob@xmpp.example/)
  assert.equal(await desk.document(number), undefined)
})

test('subscribeBack: false asks nobody', async (t) => {
  const desk = await createRosterDesk(t, { subscribeBack: false })
  await desk.approve()
  assert.deepEqual(await desk.settled(), [])
  assert.equal(await desk.document(), undefined)
})

test('RFC 6121 §2.1.2.6: names and groups of a contact are those of the entry and the lists it stands on', () => {
  const read = readDocument(
    documentOf(
      '<list name="work"><display-name>Work</display-name><list name="office">' +
        '<entry uri="sip:bob@xmpp.example"><display-name>Bob</display-name></entry></list></list>' +
        '<list name="friends"><entry uri="pres:bob@xmpp.example"/></list>' +
        '<list name="RootGroup"><entry uri="sip:dave@xmpp.example"/></list>',
    ),
    parseResourceLists,
  )
  assert.ok(read.error === undefined)
  assert.deepEqual(listedContacts(read.value), [
    { address: SIP_BOB, name: 'Bob', groups: ['Work / office', 'friends'] },
    { address: 'sip:dave@xmpp.example', groups: [] },
  ])
})
