/**
 * XCAP documents that are watched. RFC 5875.
 *
 *   alice                 agent                 XCAP
 *     |-- SUBSCRIBE list --->|                    |
 *     |<-- NOTIFY, index a --|                    |
 *     |                      |<-- index a → b ----|
 *     |<-- NOTIFY, index b --|                    |
 */
import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { sipTransportTo } from '../../client/node/sip-transports.ts'
import { createPresenceClient } from '../../client/presence-client.ts'
import { PASSWORD } from '../presence/agent-harness.ts'
import { ALICE, documentId, setUp } from '../presence/xcap-diff-world.ts'
import { setUp as setUpClient } from './client-harness.ts'

const FOLDER = 'tests/users/sip%3Aalice%40example.com/'
const INDEX = 'tests/users/sip:alice@example.com/index'

async function watched(t: TestContext) {
  const world = await setUp(t)
  const port = world.harness.ports.UDP
  const client = createPresenceClient({
    account: 'alice@example.com',
    password: PASSWORD,
    transport: sipTransportTo({ transport: 'udp', host: '127.0.0.1', port }),
  })
  t.after(() => client.close())
  return { ...world, client }
}

test('RFC 5875 §4.7: which documents there are is told first, and then each that comes, changes or goes', async (t) => {
  const { client, put, remove } = await watched(t)
  const first = await put(documentId('tests'), '<a/>')
  const watch = client.watchDocuments([FOLDER])[Symbol.asyncIterator]()
  const next = async () => {
    const { document, etag } = (await watch.next()).value ?? assert.fail('the watch has ended')
    return [document, etag]
  }
  assert.deepEqual(await next(), [INDEX, first])
  const second = await put(documentId('tests'), '<b/>')
  assert.deepEqual(await next(), [INDEX, second])
  const other = await put(documentId('tests', ALICE, 'other'), '<c/>')
  assert.deepEqual(await next(), [INDEX.replace('index', 'other'), other])
  await remove(documentId('tests'))
  assert.deepEqual(await next(), [INDEX, null])
})

test('RFC 5875 §4.4: the documents stand in a flat list, in each SUBSCRIBE; what a NOTIFY tells beside them is passed over', async (t) => {
  const { client, peer, clock } = await setUpClient(t)
  const told: string[] = []
  client.on('document', ({ document }) => told.push(document))
  client.watchDocuments(['tests/users/sip:a&b@example.com/index'])
  const first = await peer.next('SUBSCRIBE')
  const isFlatList = (request: typeof first) => {
    assert.equal(request.header('event'), 'xcap-diff')
    assert.equal(request.header('accept'), 'application/xcap-diff+xml')
    assert.equal(request.header('content-type'), 'application/resource-lists+xml')
    assert.equal(request.header('require'), undefined)
    assert.match(request.body, /<list><entry uri="tests\/users\/sip:a&amp;b@example.com\/index"\/>/)
  }
  isFlatList(first)
  first.respond(200, 'OK', 'Expires: 600', 'Contact: <sip:127.0.0.1>')
  const notify = (cseq: number, body: string) =>
    peer.notify(first, {
      ...{ state: 'active;expires=600', event: 'xcap-diff', type: 'application/xcap-diff+xml' },
      body,
      cseq,
    })
  await notify(1, '<no')
  await notify(
    2,
    '<x:xcap-diff xmlns:x="urn:ietf:params:xml:ns:xcap-diff" xcap-root="http://h/"><x:document/>' +
      '<x:element sel="e"/><x:document sel="d" new-etag="1"><x:add sel="*">z</x:add></x:document></x:xcap-diff>',
  )
  assert.deepEqual(told, ['d'])
  clock.advance(600_000)
  isFlatList(await peer.next('SUBSCRIBE'))
})
