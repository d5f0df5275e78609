/**
 * Hard state: what alice stores by XCAP is told to her watchers like what she publishes. RFC 4827 §1.
 *
 *   alice (HTTP)                    Visage                    bob (visage watch)
 *     |                               |<------- SUBSCRIBE -----------|
 *     |                               |-------- NOTIFY (closed) ---->|
 *     |--- PUT pidf-manipulation ---->|-------- NOTIFY (away) ------>|
 *     |--- PUT …/note --------------->|-------- NOTIFY (the note) -->|
 *     |--- PUBLISH (open) ----------->|-------- NOTIFY (both) ------>|
 *     |--- DELETE ------------------->|-------- NOTIFY (open) ------>|
 *     |--- PUBLISH, Expires: 0 ------>|-------- NOTIFY (closed) ---->|
 */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import {
  PASSWORD,
  start,
  startVisage,
  type Running,
  type VisageProcess,
} from '../support/visage-process.ts'
import { createXcapCaller, type XcapCaller } from '../xcap/support/xcap-caller.ts'

interface Seen {
  readonly basic: string | null
  readonly activities: readonly string[]
  readonly note: string | null
}

const TARGET = '/xcap-root/pidf-manipulation/users/sip:alice@localhost/index'
const DOCUMENT = [
  '<presence xmlns="urn:ietf:params:xml:ns:pidf" xmlns:dm="urn:ietf:params:xml:ns:pidf:data-model"',
  ' xmlns:rpid="urn:ietf:params:xml:ns:pidf:rpid" entity="sip:alice@localhost">',
  '<tuple id="mail"><status><basic>closed</basic></status>',
  '<contact>mailto:alice@localhost</contact><note>by mail only</note></tuple>',
  '<dm:person id="p1"><rpid:activities><rpid:vacation/></rpid:activities></dm:person></presence>',
].join('')

let visage: VisageProcess
let call: XcapCaller
let bob: Running

before(async () => {
  visage = await startVisage({ users: ['alice@localhost', 'bob@localhost'] })
  call = createXcapCaller({ port: visage.httpPort, password: PASSWORD })
  bob = start('visage', ['watch', 'alice@localhost', '--json', ...visage.as('bob@localhost')])
})

after(async () => {
  await bob.stop()
  await visage.end()
})

/** What bob's terminal shows next after `action`. */
async function shownAfter<T>(action: () => Promise<T>): Promise<[Seen, T]> {
  const shown = bob.lines.length
  const result = await action()
  return [JSON.parse(await bob.line(() => true, shown)) as Seen, result]
}

const put = (target: string, type: string, body: string) =>
  call('PUT', target, { as: 'alice', body, headers: { 'Content-Type': type } })

test('what is stored is told at once, node by node too, beside what is published, and gone when deleted', async () => {
  const first = JSON.parse(await bob.line(() => true)) as Seen
  assert.deepEqual([first.basic, first.activities, first.note], ['closed', [], null])

  const [stored, created] = await shownAfter(() => put(TARGET, 'application/pidf+xml', DOCUMENT))
  assert.equal(created.status, 201, created.text)
  assert.deepEqual(stored.activities, ['vacation'])
  assert.equal(stored.basic, 'closed')
  assert.equal(stored.note, 'by mail only')

  const note = `${TARGET}/~~/presence/tuple%5B@id=%22mail%22%5D/note`
  const [edited, replaced] = await shownAfter(() =>
    put(note, 'application/xcap-el+xml', '<note>back on Monday</note>'),
  )
  assert.equal(replaced.status, 200, replaced.text)
  assert.equal(edited.note, 'back on Monday')
  assert.deepEqual(edited.activities, ['vacation'])

  const [both, alice] = await shownAfter(() =>
    Promise.resolve(
      start('visage', ['publish', '--activity', 'busy', ...visage.as('alice@localhost')]),
    ),
  )
  assert.equal(both.basic, 'open')
  assert.deepEqual(new Set(both.activities), new Set(['busy', 'vacation']))

  const [published, removed] = await shownAfter(() => call('DELETE', TARGET, { as: 'alice' }))
  assert.equal(removed.status, 200)
  assert.deepEqual([published.basic, published.activities], ['open', ['busy']])

  const [last] = await shownAfter(() => alice.stop())
  assert.deepEqual([last.basic, last.activities, last.note], ['closed', [], null])
})

test("RFC 4827 §1: the document is about its owner; somebody else's is refused and not told", async () => {
  const shown = bob.lines.length
  const other = DOCUMENT.replace('entity="sip:alice@', 'entity="sip:bob@')
  const refused = await put(TARGET, 'application/pidf+xml', other)
  assert.equal(refused.status, 409)
  assert.match(refused.text, /constraint-failure/)
  assert.equal((await call('GET', TARGET, { as: 'alice' })).status, 404)
  assert.equal(bob.lines.length, shown)
})
