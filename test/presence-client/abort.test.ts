/** Whoever asked may lose interest: what was asked for ends with the signal's reason and leaves nothing behind. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test, type TestContext } from 'node:test'
import { createContacts } from '../../client/contacts.ts'
import { createIconClient } from '../../client/icon-client.ts'
import { getXcapCaps } from '../../client/xcap-caps.ts'
import { createXcapClient } from '../../client/xcap-client.ts'
import { getXcapDirectory } from '../../client/xcap-directory.ts'
import { parseAor } from '../../core/uri/aor.ts'
import { PIDF, settled, setUp } from './client-harness.ts'
import type { PeerRequest } from './scripted-peer.ts'

const BOB = 'bob@example.com'
const REASON = new Error('no longer wanted')

function aborting() {
  const controller = new AbortController()
  return {
    signal: controller.signal,
    abort: () => {
      controller.abort(REASON)
    },
  }
}

const rejects = (work: Promise<unknown>) =>
  assert.rejects(work, (error: unknown) => error === REASON)

function taken(request: PeerRequest, tag: string): void {
  request.respond(200, 'OK', `SIP-ETag: ${tag}`, 'Expires: 3600')
}

test('a publish that is aborted before it is sent is never sent', async (t) => {
  const { peer, client } = await setUp(t)
  const { signal, abort } = aborting()
  const done = rejects(client.publish({ note: 'x' }, { signal }))
  abort()
  await done
  await settled()
  assert.equal(peer.requests.length, 0)
})

test('a publish that is aborted on its way is undone: what was published before is published again', async (t) => {
  const { peer, client } = await setUp(t)
  const first = client.publish({ note: 'before' })
  taken(await peer.next(), 'one')
  await first
  const { signal, abort } = aborting()
  const second = rejects(client.publish({ note: 'aborted' }, { signal }))
  const modify = await peer.next()
  abort()
  await second
  taken(modify, 'two')
  const undo = await peer.next()
  assert.match(undo.body, /before/)
  assert.equal(undo.header('sip-if-match'), 'two')
  taken(undo, 'three')
  await settled()
  assert.equal(peer.requests.length, 3)
})

test('of two publications that wait the one that is not aborted counts', async (t) => {
  const { peer, client } = await setUp(t)
  const { signal, abort } = aborting()
  const first = client.publish({ note: 'kept' })
  const second = rejects(client.publish({ note: 'aborted' }, { signal }))
  abort()
  await second
  const request = await peer.next()
  assert.match(request.body, /kept/)
  taken(request, 'one')
  await first
  await settled()
  assert.equal(peer.requests.length, 1)
})

test('the first publish, aborted on its way, is removed again', async (t) => {
  const { peer, client } = await setUp(t)
  const { signal, abort } = aborting()
  const done = rejects(client.publish({ note: 'x' }, { signal }))
  const request = await peer.next()
  abort()
  await done
  taken(request, 'one')
  const removal = await peer.next()
  assert.deepEqual([removal.header('expires'), removal.header('sip-if-match')], ['0', 'one'])
  removal.respond(200, 'OK', 'Expires: 0')
})

test('a watch that is aborted unsubscribes, and its reader is told why', async (t) => {
  const { peer, client } = await setUp(t)
  const { signal, abort } = aborting()
  const watch = client.watch(BOB, { signal })[Symbol.asyncIterator]()
  const request = await peer.next('SUBSCRIBE')
  request.respond(200, 'OK', 'Expires: 600', 'Contact: <sip:127.0.0.1>')
  await peer.notify(request, { state: 'active', body: PIDF('open') })
  await watch.next()
  const over = rejects(watch.next())
  abort()
  await over
  assert.equal((await peer.next('SUBSCRIBE')).header('expires'), '0')
  assert.equal((await watch.next()).done, true)
})

test('a list and the watchers can be aborted too, and what is aborted already is not begun', async (t) => {
  const { peer, client } = await setUp(t)
  const { signal, abort } = aborting()
  const list = client.watch([BOB], { signal })[Symbol.asyncIterator]()
  const watchers = client.watchWatchers({ signal })[Symbol.asyncIterator]()
  await peer.next('SUBSCRIBE')
  await peer.next('SUBSCRIBE')
  const over = [rejects(list.next()), rejects(watchers.next())]
  abort()
  await Promise.all(over)
  assert.throws(() => client.watch(BOB, { signal }), REASON)
  assert.throws(() => client.watchWatchers({ signal }), REASON)
  await rejects(client.publish({}, { signal }))
  await rejects(client.unpublish({ signal }))
  await rejects(client.fetchState(BOB, { signal }))
  await rejects(client.fetchWatchers({ signal }))
  await settled()
  assert.equal(peer.requests.length, 2)
})

test('a fetch that is aborted still ends the subscription that the server has made', async (t) => {
  const { peer, client } = await setUp(t)
  const { signal, abort } = aborting()
  const done = rejects(client.fetchState(BOB, { signal }))
  const request = await peer.next('SUBSCRIBE')
  abort()
  await done
  request.respond(200, 'OK', 'Expires: 600', 'Contact: <sip:127.0.0.1>')
  await peer.notify(request, { state: 'active', body: PIDF('open') })
  assert.equal((await peer.next('SUBSCRIBE')).header('expires'), '0')
})

test('closing can be cut short', async (t) => {
  const { peer, client } = await setUp(t)
  const done = client.publish({})
  taken(await peer.next(), 'one')
  await done
  const { signal, abort } = aborting()
  const closed = rejects(client.close({ signal }))
  await peer.next()
  abort()
  await closed
})

async function serve(t: TestContext, answer: RequestListener) {
  const server = createServer(answer).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  return createXcapClient({
    xcapRoot: `http://127.0.0.1:${(server.address() as AddressInfo).port}/xcap-root`,
  })
}

const own = parseAor('sip:alice@example.com') ?? assert.fail()
const bob = parseAor('sip:bob@example.com') ?? assert.fail()
const URI = { auid: 'resource-lists', xui: own, path: ['index'] }
const CONTENT = { contentType: 'text/xml', body: new Uint8Array(1) }

test('every request over XCAP ends with its signal, and the server sees it go', async (t) => {
  let open = 0
  let asked: () => void = () => undefined
  const xcap = await serve(t, (_request, response) => {
    open++
    asked()
    response.on('close', () => {
      open--
    })
  })
  const icons = createIconClient({
    xcap,
    xui: own,
    prepare: (bytes) => Promise.resolve({ mediaType: 'image/png', bytes }),
  })
  const contacts = createContacts({ xcap, own, clock: Date })
  const nobody = { watchers: new Map(), answers: new Map() }
  const works: ((options: { signal: AbortSignal }) => Promise<unknown>)[] = [
    (options) => xcap.get(URI, options),
    (options) => xcap.put(URI, CONTENT, options),
    (options) => xcap.delete(URI, options),
    (options) => icons.put(new Uint8Array(1), options),
    (options) => icons.get('a.png', options),
    (options) => icons.delete('a.png', options),
    (options) => icons.list(options),
    (options) => contacts.list(() => Promise.resolve(nobody), options),
    (options) => contacts.add({ address: bob }, options),
    (options) => contacts.remove(bob, options),
    (options) => contacts.setGroups({ address: bob, groups: [] }, options),
    (options) => contacts.decide(bob, 'allow', options),
    (options) => contacts.forget(bob, options),
    (options) => getXcapCaps(xcap, options),
    (options) => getXcapDirectory(xcap, own, options),
  ]
  for (const [at, work] of works.entries()) {
    const began = new Promise<void>((resolve) => {
      asked = resolve
    })
    const { signal, abort } = aborting()
    const done = rejects(work({ signal }))
    await began
    abort()
    await done
    await rejects(work({ signal }))
    while (open > 0) await new Promise((resolve) => setImmediate(resolve))
    assert.equal(open, 0, `${at}`)
  }
})
