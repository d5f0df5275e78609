/** NOTIFY: one on its way, the newest state behind it, and what its answer means. RFC 6665 §4.2.2. */
import assert from 'node:assert/strict'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import test, { type TestContext } from 'node:test'
import { startAgent } from './agent-harness.ts'
import { pidf } from './phone.ts'

const ALICE = 'sip:alice@example.com'
const noted = (note: string) => pidf(ALICE, 'open', `<note>${note}</note>`)

/*
 *  bob            agent            alice
 *   |<--NOTIFY 1---|<---PUBLISH a----|   bob does not answer
 *   |              |<---PUBLISH b----|
 *   |              |<---PUBLISH c----|
 *   |-----200----->|                 |
 *   |<--NOTIFY 2---|  c, never b     |
 */
test('a burst of changes behind an unanswered NOTIFY coalesces to the newest state', async (t) => {
  const agent = await startAgent(t)
  const [alice, bob] = [await agent.phone('alice'), await agent.phone('bob')]
  await bob.subscribe(ALICE)
  await bob.notify()
  const first = await alice.publish(noted('a'))
  const unanswered = await bob.notify(null)
  assert.match(unanswered.body, /<note>a</)
  let tag = first.header('sip-etag') ?? ''
  for (const note of ['b', 'c']) {
    const response = await alice.publish(noted(note), [`SIP-If-Match: ${tag}`])
    tag = response.header('sip-etag') ?? ''
  }
  assert.deepEqual(bob.client.untaken(), [])
  bob.answer(unanswered, 200)
  const newest = await bob.notify()
  assert.match(newest.body, /<note>c</)
  assert.equal(newest.header('cseq'), '3 NOTIFY')
  await agent.advance(0)
  assert.deepEqual(bob.client.untaken(), [])
})

const GONE = [401, 404, 405, 407, 410, 416, 480, 481, 482, 483, 484, 485, 489, 501, 604]
const KEPT = [400, 403, 408, 413, 486, 488, 500, 503, 600]

test('RFC 6665 §4.2.2: which answers to a NOTIFY remove the subscription', async (t) => {
  const agent = await startAgent(t)
  const bob = await agent.phone('bob')
  for (const status of [...GONE, ...KEPT]) {
    const removes = GONE.includes(status)
    await t.test(`${status} ${removes ? 'removes' : 'keeps'} it`, async () => {
      const dialog = await bob.subscribe(ALICE)
      await bob.notify(status)
      await agent.advance(0)
      const refreshed = await bob.refresh(dialog, 600)
      assert.equal(refreshed.status, removes ? 481 : 200)
      if (!removes) await bob.notify()
    })
  }
})

test('RFC 3261 §21.5.4: a NOTIFY answered with 503 is told again after Retry-After', async (t) => {
  const agent = await startAgent(t)
  const bob = await agent.phone('bob')
  await bob.subscribe(ALICE)
  bob.answer(await bob.notify(null), 503, ['Retry-After: 20'])
  await agent.advance(19_000)
  assert.deepEqual(bob.client.untaken(), [])
  await agent.advance(2_000)
  assert.equal((await bob.notify()).header('cseq'), '2 NOTIFY')
})

test('RFC 3856 §6.10: the throttle holds back mere changes, and tells the newest state when it ends', async (t) => {
  const presence = { minExpires: 60, maxExpires: 7200, throttle: 5, iconWithStatusIcon: true }
  const agent = await startAgent(t, { agent: { presence } })
  const [alice, bob] = [await agent.phone('alice'), await agent.phone('bob')]
  const dialog = await bob.subscribe(ALICE)
  await bob.notify()
  await alice.publish(noted('a'))
  await alice.publish(noted('b'))
  await agent.advance(4_000)
  assert.deepEqual(bob.client.untaken(), [])
  await agent.advance(1_001)
  assert.match((await bob.notify()).body, /<note>b</)
  await bob.refresh(dialog, 600)
  assert.match((await bob.notify()).body, /<note>b</, 'the answer to a SUBSCRIBE never waits')
})

test('CLIENTS 9: over TCP the NOTIFY comes down the connection of the SUBSCRIBE', async (t) => {
  const agent = await startAgent(t)
  const bob = await agent.phone('bob', { transport: 'TCP' })
  const contact = '<sip:bob@192.0.2.2:5060;transport=tcp>'
  const headers = ['Event: presence', 'Expires: 600']
  const response = await bob.request('SUBSCRIBE', { uri: ALICE, headers, contact })
  assert.equal(response.header('contact'), `<sip:127.0.0.1:${agent.ports.TCP};transport=tcp>`)
  const notify = await bob.notify()
  assert.match(notify.startLine, /^NOTIFY sip:bob@192\.0\.2\.2:5060;transport=tcp /)
})

test('a subscription whose TCP connection has ended is parked until a refresh arrives on another', async (t) => {
  const agent = await startAgent(t)
  const alice = await agent.phone('alice')
  const bob = await agent.phone('bob', { transport: 'TCP' })
  const dialog = await bob.subscribe(ALICE)
  await bob.notify()
  await agent.advance(0)
  await bob.client.close()
  await alice.publish(noted('while away'))
  await agent.advance(40_000)
  const again = await agent.phone('bob', { transport: 'TCP' })
  assert.equal((await again.refresh(dialog, 600, 50)).status, 200)
  assert.match((await again.notify()).body, /while away/)
})

test('a fan-out reaches every watcher with one and the same document', async (t) => {
  const agent = await startAgent(t)
  const [alice, bob] = [await agent.phone('alice'), await agent.phone('bob')]
  for (let count = 0; count < 20; count++) {
    await bob.subscribe(ALICE)
    await bob.notify()
  }
  await alice.publish(noted('all'))
  const bodies = new Set<string>()
  const callIds = new Set<string | undefined>()
  for (let count = 0; count < 20; count++) {
    const notify = await bob.notify()
    bodies.add(notify.body)
    callIds.add(notify.header('call-id'))
  }
  assert.equal(bodies.size, 1)
  assert.equal(callIds.size, 20)
})

test('DESIGN 7: the route set counts even when its proxy is another peer', async (t) => {
  const agent = await startAgent(t)
  const [alice, bob] = [await agent.phone('alice'), await agent.phone('bob')]
  const proxy = await agent.phone('carol')
  const route = `Record-Route: <sip:127.0.0.1:${proxy.client.port};lr>`
  await bob.subscribe(ALICE, ['Expires: 600', route])
  await proxy.notify()
  await alice.publish(noted('by the proxy'))
  assert.match((await proxy.notify()).body, /by the proxy/)
  assert.deepEqual(bob.client.untaken(), [])
})

/** A peer at an address that is not the watcher's. */
async function elsewhere(t: TestContext): Promise<{ port: number; first: Promise<string> }> {
  const socket = createSocket('udp4')
  t.after(() => socket.close())
  const first = new Promise<string>((resolve) => {
    socket.once('message', (bytes) => {
      resolve(bytes.toString())
    })
  })
  socket.bind(0, '127.0.0.2')
  await once(socket, 'listening')
  return { port: socket.address().port, first }
}

test('a Record-Route of an untrusted watcher aims no NOTIFY at another host: it comes down the own flow, with the Route', async (t) => {
  const agent = await startAgent(t)
  const bob = await agent.phone('bob')
  const victim = await elsewhere(t)
  const hop = `<sip:127.0.0.2:${victim.port};lr>`
  await bob.subscribe(ALICE, ['Expires: 600', `Record-Route: ${hop}`])
  assert.equal((await bob.notify()).header('route'), hop)
})

test('RFC 3261 §12.2.1.1: the route set of a trusted peer counts wherever it leads', async (t) => {
  const agent = await startAgent(t, { trusted: true })
  const bob = await agent.phone('bob')
  const proxy = await elsewhere(t)
  const hop = `<sip:127.0.0.2:${proxy.port};lr>`
  await bob.subscribe(ALICE, ['Expires: 600', `Record-Route: ${hop}`])
  assert.match(await proxy.first, /^NOTIFY /)
  assert.deepEqual(bob.client.untaken(), [])
})

const LONG = noted('x'.repeat(1_500))

test('RFC 3261 §18.1.1: a NOTIFY over 1300 bytes goes by TCP where the Contact says so, a small one by UDP', async (t) => {
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => server.close())
  const { port } = server.address() as AddressInfo
  const agent = await startAgent(t)
  const [alice, bob] = [await agent.phone('alice'), await agent.phone('bob')]
  const contact = `<sip:bob@127.0.0.1:${port};transport=tcp>`
  await bob.request('SUBSCRIBE', { uri: ALICE, headers: ['Event: presence'], contact })
  await bob.notify()
  const connected = once(server, 'connection') as Promise<[Socket]>
  await alice.publish(LONG)
  const [socket] = await connected
  t.after(() => socket.destroy())
  const [bytes] = (await once(socket, 'data')) as [Buffer]
  assert.match(bytes.toString(), /^NOTIFY .*\r\nVia: SIP\/2\.0\/TCP /)
  assert.deepEqual(bob.client.untaken(), [])
})

test('RFC 3261 §18.1.1: without a connection to be had even a NOTIFY over 1300 bytes goes by UDP', async (t) => {
  const agent = await startAgent(t)
  const [alice, bob] = [await agent.phone('alice'), await agent.phone('bob')]
  // Nobody listens at the first; the second is not where the SUBSCRIBE came from, so it may be anybody.
  for (const address of ['127.0.0.1:1', '127.0.0.9:5060']) {
    const contact = `<sip:bob@${address};transport=tcp>`
    await bob.request('SUBSCRIBE', { uri: ALICE, headers: ['Event: presence'], contact })
    await bob.notify()
  }
  await alice.publish(LONG)
  for (let count = 0; count < 2; count++) {
    assert.match((await bob.notify()).text, /Via: SIP\/2\.0\/UDP /)
  }
})

test('RFC 3261 §18.1.1: a dialog whose SUBSCRIBE once came by TCP gets its large NOTIFYs there while the connection lives', async (t) => {
  const agent = await startAgent(t)
  const alice = await agent.phone('alice')
  const overTcp = await agent.phone('bob', { transport: 'TCP' })
  const overUdp = await agent.phone('bob')
  const dialog = await overTcp.subscribe(ALICE)
  await overTcp.notify()
  await overUdp.refresh(dialog, 600, 20)
  await overUdp.notify()
  const first = await alice.publish(LONG)
  assert.match((await overTcp.notify()).body, /xxx/)
  await overTcp.client.close()
  await alice.publish(noted('y'.repeat(1_500)), [`SIP-If-Match: ${first.header('sip-etag') ?? ''}`])
  assert.match((await overUdp.notify()).body, /yyy/)
})
