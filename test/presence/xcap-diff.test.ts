/** Changes of XCAP documents, elements and attributes over SIP. RFC 5874, RFC 5875. */
import assert from 'node:assert/strict'
import test from 'node:test'
import { RESOURCE_LISTS_NAMESPACE } from '../../core/documents/resource-lists.ts'
import {
  ALICE,
  BOB,
  ROOT,
  assertPatches,
  documentId,
  inShort,
  setUp,
  told,
  watch,
} from './xcap-diff-world.ts'

const INDEX = 'tests/users/sip:alice@example.com/index'
const PUBLIC = 'public/users/sip:alice@example.com/index'
const index = documentId('tests')
const DOC = '<?xml version="1.0"?>\n<doc>\n  <note>This is a sample document</note>\n</doc>\n'
const GROWN = DOC.replace('</doc>', '  <foo id="1">new</foo>\n</doc>')

/*
 *  alice                agent               XCAP
 *    |--SUBSCRIBE list---->|                  |
 *    |<--NOTIFY -----------|  index a         |
 *    |                     |<-----------------|  index a → b
 *    |<--NOTIFY -----------|  index a → b     |
 *    |                     |<-----------------|  index gone
 *    |<--NOTIFY -----------|  index b →       |
 */
test('RFC 5875 §4.3: no-patching tells which versions come, change and go', async (t) => {
  const { alice, put, remove } = await setUp(t)
  const a = await put(index, DOC)
  await watch(alice, [INDEX])
  assert.deepEqual(await inShort(alice), [`${INDEX} →${a}`])
  const b = await put(index, GROWN)
  assert.deepEqual(await inShort(alice), [`${INDEX} ${a}→${b}`])
  await remove(index)
  assert.deepEqual(await inShort(alice), [`${INDEX} ${b}→`])
  const c = await put(index, DOC)
  assert.deepEqual(await inShort(alice), [`${INDEX} →${c}`])
})

test('RFC 5875 §4.7: the first NOTIFY comes at once, also when there is nothing to tell', async (t) => {
  const { alice } = await setUp(t)
  await watch(alice, [INDEX, 'tests/users/sip:alice@example.com/'])
  assert.deepEqual(await told(alice), [])
})

test('RFC 5875 §4.1: a collection tells all its documents, and those that come later', async (t) => {
  const { alice, put } = await setUp(t)
  const a = await put(index, DOC)
  await put(documentId('resource-lists'), '<resource-lists/>')
  await watch(alice, ['tests/users/sip:alice@example.com/'])
  assert.deepEqual(await inShort(alice), [`${INDEX} →${a}`])
  const b = await put(documentId('tests', ALICE, 'folder/another'), DOC)
  const another = 'tests/users/sip:alice@example.com/folder/another'
  assert.deepEqual(await inShort(alice), [`${another} →${b}`])
})

test('RFC 5875 §4.1: collections of a whole usage, of a folder and of everything', async (t) => {
  const { harness, put } = await setUp(t)
  const a = await put(documentId('tests', ALICE, 'folder/x'), DOC)
  const b = await put(documentId('tests', 'global'), DOC)
  await put(index, DOC)
  const own = `tests/users/sip:alice@example.com/folder/x →${a}`
  for (const [uri, expected] of [
    ['tests/users/alice@example.com/folder/', [own.replace('sip:alice', 'alice')]],
    ['tests/global/', [`tests/global/index →${b}`]],
  ] as const) {
    const phone = await harness.phone('alice')
    await watch(phone, [uri])
    assert.deepEqual(await inShort(phone), expected, uri)
  }
  for (const uri of ['tests/', '/', 'tests/users/']) {
    const phone = await harness.phone('alice')
    await watch(phone, [uri])
    const found = (await inShort(phone)).map((one) => one.split(' ')[0])
    const global = uri === 'tests/users/' ? [] : ['tests/global/index']
    assert.deepEqual(found, [own.split(' ')[0], INDEX, ...global], uri)
  }
})

test('RFC 5875 §4.6: selectors are those of the list, octet by octet; a document is told once', async (t) => {
  const { alice, put } = await setUp(t)
  const a = await put(index, DOC)
  const spelled = 'tests/users/sip%3Aalice%40example.com/index'
  await watch(alice, [spelled, INDEX, 'tests/users/sip:alice@example.com/'])
  assert.deepEqual(await inShort(alice), [`${spelled} →${a}`])
  const b = await put(index, GROWN)
  assert.deepEqual(await inShort(alice), [`${spelled} ${a}→${b}`])
})

test('RFC 5875 §4.1: absolute URLs below the XCAP root are as good', async (t) => {
  const { alice, put } = await setUp(t)
  const a = await put(index, DOC)
  await watch(alice, [`${ROOT}/${INDEX}`])
  assert.deepEqual(await inShort(alice), [`${INDEX} →${a}`])
})

test('RFC 5875 §4.7: what the subscriber may not read is left out without a word', async (t) => {
  const { harness, put } = await setUp(t)
  const bob = await harness.phone('bob')
  await put(index, DOC)
  const a = await put(documentId('public'), DOC)
  const b = await put(documentId('tests', 'global'), DOC)
  await put(documentId('secret', 'global'), DOC)
  await watch(bob, [
    ...[INDEX, 'tests/users/sip:alice@example.com/', `${INDEX}/~~/doc`],
    ...['tests/global/index', 'secret/global/index', 'secret/global/', 'nobody/global/index'],
    ...[PUBLIC, '', '%zz/', 'tests/users/', `${INDEX}/~~/doc[`],
  ])
  const readable = [`tests/global/index →${b}`, `${PUBLIC} →${a}`]
  assert.deepEqual(await inShort(bob), readable)
  await put(index, GROWN)
  const c = await put(documentId('tests', BOB), DOC)
  assert.deepEqual(await inShort(bob), [`tests/users/sip:bob@example.com/index →${c}`])
})

test('RFC 5875 §4.7: a stranger for whom a peer vouches is told what everybody may read', async (t) => {
  const { harness, put } = await setUp(t, { trusted: true })
  const stranger = await harness.phone('stranger', { domain: 'elsewhere.example' })
  const a = await put(documentId('public'), DOC)
  await put(index, DOC)
  await watch({ ...stranger, aor: ALICE }, ['/', INDEX, PUBLIC])
  assert.deepEqual(await inShort(stranger), [`${PUBLIC} →${a}`])
})

test("a collection does not give away the names of somebody else's icons, which anybody may read who knows them", async (t) => {
  const { harness, put } = await setUp(t)
  const bob = await harness.phone('bob')
  await put(documentId('public'), DOC)
  await watch(bob, ['public/users/sip:alice@example.com/', 'public/users/', 'public/', '/'])
  assert.deepEqual(await inShort(bob), [])
  await put(documentId('public'), GROWN)
  await put(documentId('public', ALICE, 'unguessable'), DOC)
  const own = await put(documentId('public', BOB), DOC)
  assert.deepEqual(await inShort(bob), [`public/users/sip:bob@example.com/index →${own}`])
})

test('RFC 5875 §4.3: xcap-patching tells every version, with what makes the one of the other', async (t) => {
  const { harness, alice, put } = await setUp(t)
  const a = await put(index, DOC)
  await watch(alice, [INDEX], { parameters: ';diff-processing=xcap-patching' })
  const first = await alice.client.receive(({ method }) => method === 'NOTIFY')
  // While the answer to the first NOTIFY is awaited, two more versions come.
  const b = await put(index, GROWN)
  await new Promise(setImmediate)
  const last = GROWN.replace('id="1"', 'id="2"')
  const c = await put(index, last)
  alice.answer(first, 200)
  const changes = await told(alice)
  assert.deepEqual(
    changes.map((one) => one.kind === 'document' && [one.previousTag, one.newTag]),
    [
      [a, b],
      [b, c],
    ],
  )
  assertPatches(changes[0], DOC, GROWN)
  assertPatches(changes[1], GROWN, last)
  await harness.advance(0)
})

test('RFC 5875 §4.3: aggregate tells several versions as one', async (t) => {
  const { alice, put } = await setUp(t)
  const a = await put(index, DOC)
  await watch(alice, [INDEX], { parameters: ';diff-processing=aggregate' })
  const first = await alice.client.receive(({ method }) => method === 'NOTIFY')
  await put(index, DOC.replace('sample', 'passing'))
  const c = await put(index, GROWN)
  alice.answer(first, 200)
  const changes = await told(alice)
  assert.equal(changes.length, 1)
  assert.deepEqual(changes[0], { ...changes[0], previousTag: a, newTag: c })
  assertPatches(changes[0], DOC, GROWN)
})

test('RFC 5874 §3: a new tag for the same content is told as such', async (t) => {
  const { alice, put } = await setUp(t)
  const a = await put(index, DOC)
  await watch(alice, [INDEX], { parameters: ';diff-processing=xcap-patching' })
  await told(alice)
  const b = await put(index, `${DOC}\n`)
  assert.deepEqual(await inShort(alice), [`${INDEX} ${a}→${b} by 0`])
})

test('RFC 5875 §4.7: a change that no patch can say is told by its tags', async (t) => {
  const { alice, put } = await setUp(t)
  const a = await put(index, DOC)
  await watch(alice, [INDEX], { parameters: ';diff-processing=xcap-patching' })
  await told(alice)
  const b = await put(index, '<other/>')
  assert.deepEqual(await inShort(alice), [`${INDEX} ${a}→${b}`])
})

const LISTS = (entry: string) =>
  `<rl:resource-lists xmlns:rl="${RESOURCE_LISTS_NAMESPACE}"><rl:list name="x">${entry}</rl:list></rl:resource-lists>`
const LIST = 'resource-lists/users/sip:alice@example.com/index'

test('RFC 5875 §4.7: elements and attributes are told when they come, change and go', async (t) => {
  const { alice, put, remove } = await setUp(t)
  const lists = documentId('resource-lists')
  const entry = `${LIST}/~~/resource-lists/list%5b@name=%22x%22%5d/entry`
  const uri = `${entry}/@uri`
  await watch(alice, [entry, uri])
  assert.deepEqual(await told(alice), [])
  await put(lists, LISTS('<rl:entry uri="sip:a@b"/>'))
  const [element, attribute] = await told(alice)
  const namespaces = element?.kind === 'element' ? element.namespaces : undefined
  assert.equal(namespaces?.get('rl'), RESOURCE_LISTS_NAMESPACE)
  const content = '<rl:entry uri="sip:a@b"/>'
  assert.deepEqual(element, { kind: 'element', selector: entry, exists: true, content, namespaces })
  assert.deepEqual(attribute, { kind: 'attribute', selector: uri, value: 'sip:a@b' })
  await put(lists, LISTS('<rl:entry uri="sip:a@b" /><!-- beside -->'))
  assert.deepEqual(await inShort(alice), [`${entry} <rl:entry uri="sip:a@b" />`])
  await put(lists, LISTS('<rl:entry uri="sip:c@d"/>'))
  assert.deepEqual(await inShort(alice), [`${entry} <rl:entry uri="sip:c@d"/>`, `${uri} sip:c@d`])
  await put(lists, LISTS(''))
  assert.deepEqual(await inShort(alice), [`${entry} gone`, `${uri} gone`])
  await put(lists, LISTS('<rl:entry uri="sip:c@d"/>'))
  await told(alice)
  await remove(lists)
  assert.deepEqual(await inShort(alice), [`${entry} gone`, `${uri} gone`])
})

test('RFC 5875 §4.7: a change of the document that leaves the element as it is tells nothing', async (t) => {
  const { harness, alice, put } = await setUp(t)
  await put(index, DOC)
  await watch(alice, [`${INDEX}/~~/doc/note`])
  assert.deepEqual(await inShort(alice), [
    `${INDEX}/~~/doc/note <note>This is a sample document</note>`,
  ])
  await put(index, GROWN)
  await harness.advance(0)
  await put(index, GROWN.replace('sample', 'new'))
  assert.deepEqual(await inShort(alice), [
    `${INDEX}/~~/doc/note <note>This is a new document</note>`,
  ])
})

test('RFC 5875 §4.7: an element too large for a NOTIFY is told without its content', async (t) => {
  const { alice, put } = await setUp(t)
  await put(index, `<doc><note>${'x'.repeat(60_000)}</note></doc>`)
  await watch(alice, [`${INDEX}/~~/doc/note`])
  assert.deepEqual(await inShort(alice), [`${INDEX}/~~/doc/note unsaid`])
})

test('RFC 5875 §4.7: what does not fit into one NOTIFY follows in the next', async (t) => {
  const { alice, put } = await setUp(t)
  for (const one of ['a', 'b', 'c']) {
    await put(documentId('tests', ALICE, one), `<doc>${one.repeat(30_000)}</doc>`)
  }
  const selectors = ['a', 'b', 'c'].map((one) => `tests/users/sip:alice@example.com/${one}/~~/doc`)
  await watch(alice, selectors)
  for (const selector of selectors) {
    const [only, ...others] = await told(alice)
    assert.deepEqual([only?.selector, others], [selector, []])
  }
})

test('RFC 5875 §4.7: a refresh tells everything again, and its list replaces the old one', async (t) => {
  const { alice, put } = await setUp(t)
  const a = await put(index, DOC)
  const b = await put(documentId('resource-lists'), '<resource-lists/>')
  const dialog = await watch(alice, [INDEX])
  assert.deepEqual(await inShort(alice), [`${INDEX} →${a}`])
  await watch(alice, undefined, { dialog })
  assert.deepEqual(await inShort(alice), [`${INDEX} →${a}`])
  await watch(alice, [LIST], { dialog })
  assert.deepEqual(await inShort(alice), [`${LIST} →${b}`])
  await put(index, GROWN)
  const c = await put(documentId('resource-lists'), '<resource-lists> </resource-lists>')
  assert.deepEqual(await inShort(alice), [`${LIST} ${b}→${c}`])
})

test('RFC 5875 §4.7: a refresh that brings the same list and names the tag gets 204; another list is told', async (t) => {
  const { alice, put } = await setUp(t)
  await put(index, DOC)
  const dialog = await watch(alice, [INDEX])
  const tag = (await alice.notify()).header('sip-etag') ?? ''
  const refresh = (uri: string) =>
    alice.request('SUBSCRIBE', {
      ...{ ...dialog, to: ALICE },
      headers: [
        ...['Event: xcap-diff', 'Expires: 600', 'Content-Type: application/resource-lists+xml'],
        `Suppress-If-Match: ${tag}`,
      ],
      body: `<resource-lists xmlns="urn:ietf:params:xml:ns:resource-lists"><list><entry uri="${uri}"/></list></resource-lists>`,
    })
  assert.equal((await refresh(INDEX)).status, 204)
  assert.deepEqual(alice.client.untaken(), [])
  assert.equal((await refresh('tests/users/sip:alice@example.com/other')).status, 200)
  assert.deepEqual(await told(alice), [])
})

test('RFC 6665 §4.4.3: a fetch tells what is there, and no more', async (t) => {
  const { harness, alice, put } = await setUp(t)
  const a = await put(index, DOC)
  await watch(alice, [INDEX], { expires: 0 })
  assert.deepEqual(await inShort(alice), [`${INDEX} →${a}`])
  await put(index, GROWN)
  await harness.advance(0)
  assert.deepEqual(alice.client.untaken(), [])
})

test('RFC 5875 §4.7: after a restart the list still counts, and everything is told anew', async (t) => {
  const { harness, alice, put } = await setUp(t)
  const a = await put(index, DOC)
  await watch(alice, [INDEX], { parameters: ';diff-processing=aggregate' })
  await told(alice)
  await harness.restart()
  assert.deepEqual(await inShort(alice), [`${INDEX} →${a}`])
  const b = await put(index, GROWN)
  assert.deepEqual(await inShort(alice), [`${INDEX} ${a}→${b} by 1`])
})

test('RFC 5875 §4.4: a SUBSCRIBE without a list watches nothing, and a broken one is no reason to fail', async (t) => {
  const { alice } = await setUp(t)
  await watch(alice, undefined)
  assert.deepEqual(await told(alice), [])
  const headers = ['Event: xcap-diff', 'Content-Type: application/resource-lists+xml']
  const broken = { uri: ALICE, headers, body: '<resource-lists' }
  assert.equal((await alice.request('SUBSCRIBE', broken)).status, 200)
  assert.deepEqual(await told(alice), [])
})
