/** Several members on one store: whoever publishes where, every watcher is told, and the store decides who came first. RFC 3903 §6. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pidf, type Phone } from './phone.ts'
import { startTwoMembers } from './two-members.ts'

const ALICE = 'sip:alice@example.com'
const OPEN = pidf(ALICE, 'open')
const CLOSED = pidf(ALICE, 'closed')

/*
 *  alice        member a      store      member b        bob
 *    |              |           |            |<-SUBSCRIBE--|
 *    |              |           |<--follow---|--NOTIFY---->|
 *    |--PUBLISH---->|--write--->|            |             |
 *    |<--200--------|           |--changed-->|--NOTIFY---->|
 */
test('what is published on one member is told to watchers of another', async (t) => {
  const { a, b } = await startTwoMembers(t)
  const [alice, bob] = [await a.phone('alice'), await b.phone('bob')]
  await bob.subscribe(ALICE)
  assert.match((await bob.notify()).body, /closed/)
  assert.equal((await alice.publish(OPEN)).status, 200)
  assert.match((await bob.notify()).body, /open/)
})

test('who subscribes later, or fetches, on another member finds what was published', async (t) => {
  const { a, b } = await startTwoMembers(t)
  const [alice, bob] = [await a.phone('alice'), await b.phone('bob')]
  await alice.publish(OPEN)
  await bob.subscribe(ALICE, ['Expires: 0'])
  assert.match((await bob.notify()).body, /open/)
})

test('RFC 3903 §4.1: what one member accepted is refreshed, modified and removed on another', async (t) => {
  const { a, b } = await startTwoMembers(t)
  const [here, there] = [await a.phone('alice'), await b.phone('alice')]
  const bob = await a.phone('bob')
  await bob.subscribe(ALICE)
  await bob.notify()
  const first = tagOf(await here.publish(OPEN))
  assert.match((await bob.notify()).body, /open/)
  const refreshed = tagOf(await there.publish(undefined, [`SIP-If-Match: ${first}`]))
  const modified = tagOf(await there.publish(CLOSED, [`SIP-If-Match: ${refreshed}`]))
  assert.match((await bob.notify()).body, /closed/)
  const again = tagOf(await here.publish(OPEN, [`SIP-If-Match: ${modified}`]))
  assert.match((await bob.notify()).body, /open/)
  const removed = await there.publish(undefined, [`SIP-If-Match: ${again}`, 'Expires: 0'])
  assert.equal(removed.status, 200)
  assert.match((await bob.notify()).body, /closed/)
})

test('RFC 3903 §6: a tag that another member has replaced gets 412', async (t) => {
  const { a, b } = await startTwoMembers(t)
  const [here, there] = [await a.phone('alice'), await b.phone('alice')]
  const first = tagOf(await here.publish(OPEN))
  await there.publish(CLOSED, [`SIP-If-Match: ${first}`])
  assert.equal((await here.publish(OPEN, [`SIP-If-Match: ${first}`])).status, 412)
  assert.equal((await there.publish(OPEN, ['SIP-If-Match: nobodys'])).status, 412)
})

test('RFC 3903 §6: what was not heard of yet is judged by the store all the same', async (t) => {
  const { a, b, deafen } = await startTwoMembers(t)
  const [here, there] = [await a.phone('alice'), await b.phone('alice')]
  const bob = await a.phone('bob')
  await bob.subscribe(ALICE)
  await bob.notify()
  const first = tagOf(await here.publish(OPEN))
  await bob.notify()
  deafen(true)
  const second = tagOf(await there.publish(CLOSED, [`SIP-If-Match: ${first}`]))
  // Memory still has the first one here: the store does not.
  assert.equal((await here.publish(OPEN, [`SIP-If-Match: ${first}`])).status, 412)
  assert.match((await bob.notify()).body, /closed/, 'what the other member accepted is told now')
  assert.equal((await here.publish(OPEN, [`SIP-If-Match: ${second}`])).status, 200)
})

test('of two modifications at once on two members one is accepted and the other gets 412', async (t) => {
  const { a, b } = await startTwoMembers(t)
  const [here, there] = [await a.phone('alice'), await b.phone('alice')]
  let tag = tagOf(await here.publish(OPEN))
  for (let round = 0; round < 10; round++) {
    const header = [`SIP-If-Match: ${tag}`]
    const answers = await Promise.all([here.publish(OPEN, header), there.publish(CLOSED, header)])
    const accepted = answers.filter(({ status }) => status === 200)
    assert.equal(accepted.length, 1, 'one wins')
    assert.equal(answers.filter(({ status }) => status === 412).length, 1, 'one hears so')
    tag = tagOf(accepted[0]!)
  }
})

test('RFC 3903 §4.1: what is not refreshed expires once, for watchers of every member', async (t) => {
  const { a, b, clock } = await startTwoMembers(t)
  const [alice, bob, carol] = [await a.phone('alice'), await a.phone('bob'), await b.phone('carol')]
  for (const watcher of [bob, carol]) {
    await watcher.subscribe(ALICE)
    await watcher.notify()
  }
  await alice.publish(OPEN, ['Expires: 60'])
  for (const watcher of [bob, carol]) assert.match((await watcher.notify()).body, /open/)
  await a.advance(0)
  await b.advance(0)
  clock.advance(62_000)
  for (const watcher of [bob, carol]) assert.match((await watcher.notify()).body, /closed/)
  await alice.publish(OPEN)
  for (const watcher of [bob, carol]) assert.match((await watcher.notify()).body, /open/)
})

test('a publication that another member refreshed does not end when its first member thinks so', async (t) => {
  const { a, b, clock, deafen } = await startTwoMembers(t)
  const [here, there] = [await a.phone('alice'), await b.phone('alice')]
  const bob = await a.phone('bob')
  await bob.subscribe(ALICE)
  await bob.notify()
  const first = tagOf(await here.publish(OPEN, ['Expires: 60']))
  await bob.notify()
  deafen(true)
  await there.publish(OPEN, [`SIP-If-Match: ${first}`, 'Expires: 600'])
  await a.advance(0)
  clock.advance(62_000)
  assert.match((await bob.notify()).body, /open/, 'the modified one is read then')
  const [kept] = await publicationsOf(b.store.eventState)
  assert.ok(kept, 'the store still has it')
})

test('requests for one presentity stay in order while the store is read', async (t) => {
  const { b } = await startTwoMembers(t)
  const alice = await b.phone('alice')
  const answers = await Promise.all([
    alice.publish(OPEN),
    alice.publish(CLOSED),
    alice.publish(OPEN),
  ])
  assert.deepEqual(
    answers.map(({ status }) => status),
    [200, 200, 200],
  )
})

test('what nobody here watches or publishes any more is followed no longer', async (t) => {
  const { a, b, clock } = await startTwoMembers(t)
  const [alice, bob] = [await a.phone('alice'), await b.phone('bob')]
  await alice.publish(OPEN)
  const dialog = await bob.subscribe(ALICE)
  await bob.notify()
  await bob.refresh(dialog, 0)
  await bob.notify()
  await b.advance(0)
  const unfollowed: string[] = []
  const shared = b.store.eventState.shared!
  const unfollow = shared.unfollow.bind(shared)
  Object.assign(shared, {
    unfollow(...[presentity, eventPackage]: Parameters<typeof unfollow>) {
      unfollowed.push(eventPackage)
      unfollow(presentity, eventPackage)
    },
  })
  clock.advance(120_000)
  assert.deepEqual(unfollowed.sort(), ['dialog', 'presence'])
  await alice.publish(CLOSED)
  await bob.subscribe(ALICE)
  assert.match((await bob.notify()).body, /open/, 'it is read anew')
})

test('after a gap everything that is followed is read anew', async (t) => {
  const { a, b, deafen, gap } = await startTwoMembers(t)
  const [alice, bob] = [await a.phone('alice'), await b.phone('bob')]
  await bob.subscribe(ALICE)
  await bob.notify()
  deafen(true)
  await alice.publish(OPEN)
  gap()
  assert.match((await bob.notify()).body, /open/)
})

test('RFC 4662: a list tells of members who publish elsewhere', async (t) => {
  const { a, b } = await startTwoMembers(t)
  const [alice, bob] = [await a.phone('alice'), await b.phone('bob')]
  const list =
    '<?xml version="1.0"?><resource-lists xmlns="urn:ietf:params:xml:ns:resource-lists">' +
    `<list><entry uri="${ALICE}"/></list></resource-lists>`
  await alice.publish(OPEN)
  await bob.request('SUBSCRIBE', {
    uri: bob.aor,
    headers: [
      ...[
        'Event: presence',
        'Expires: 600',
        'Supported: eventlist',
        'Require: recipient-list-subscribe',
      ],
      ...['Accept: application/pidf+xml, application/rlmi+xml, multipart/related'],
      ...['Content-Type: application/resource-lists+xml', 'Content-Disposition: recipient-list'],
    ],
    body: list,
  })
  assert.match((await bob.notify()).body, /<basic>open/)
  await alice.publish(CLOSED)
  assert.match((await bob.notify()).body, /<basic>closed/)
})

function tagOf(response: Awaited<ReturnType<Phone['publish']>>): string {
  assert.equal(response.status, 200)
  return response.header('sip-etag') ?? ''
}

async function publicationsOf(store: { publications(): AsyncIterable<unknown> }) {
  const found: unknown[] = []
  for await (const one of store.publications()) found.push(one)
  return found
}
