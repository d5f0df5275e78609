/** Conditional notification: who says what it has is not told it again. RFC 5839. */
import assert from 'node:assert/strict'
import test, { type TestContext } from 'node:test'
import type { SipText } from '../support/sip-client.ts'
import { startAgent, type HarnessOptions } from './agent-harness.ts'
import { pidf } from './phone.ts'
import { ALICE, WINFO, nothingMore, setUp, watchAs, watchWatchers } from './watched-alice.ts'

const noted = (note: string) => pidf(ALICE, 'open', `<note>${note}</note>`)
const tagOf = (message: SipText) => message.header('sip-etag') ?? assert.fail('no SIP-ETag')
const unless = (tag: string) => `Suppress-If-Match: ${tag}`
const subscribing = (tag: string, expires = 600) => [`Expires: ${expires}`, unless(tag)]

function assertEmpty(notify: SipText, tag?: string): void {
  assert.equal(notify.body, '')
  assert.equal(notify.header('content-length'), '0')
  assert.equal(notify.header('content-type'), undefined)
  if (tag !== undefined) assert.equal(tagOf(notify), tag)
}

async function watched(t: TestContext, options?: HarnessOptions) {
  const agent = await startAgent(t, options)
  const [alice, bob] = [await agent.phone('alice'), await agent.phone('bob')]
  const first = await alice.publish(noted('a'))
  const dialog = await bob.subscribe(ALICE)
  const tag = tagOf(await bob.notify())
  await agent.advance(0)
  const modify = (note: string) =>
    alice.publish(noted(note), [`SIP-If-Match: ${first.header('sip-etag') ?? ''}`])
  return { agent, alice, bob, dialog, tag, modify }
}

test('RFC 5839 §6.1: every NOTIFY has an entity tag: one for each state, the same for all who see it alike', async (t) => {
  const { agent, bob, tag, modify } = await watched(t)
  const carol = await agent.phone('carol')
  await carol.subscribe(ALICE)
  assert.equal(tagOf(await carol.notify()), tag)
  await modify('b')
  const [one, other] = [tagOf(await bob.notify()), tagOf(await carol.notify())]
  assert.equal(one, other)
  assert.notEqual(one, tag)
  assert.match(one, /^[\w.~-]+$/)
})

test('RFC 5839 §6.1: who sees another document has another tag', async (t) => {
  const { agent, tag } = await watched(t, { trusted: true })
  const stranger = await agent.phone('bob')
  await watchAs(stranger, 'sip:stranger@elsewhere.example')
  assert.notEqual(tagOf(await stranger.notify()), tag)
})

/*
 *  bob                           agent
 *   |<--NOTIFY, SIP-ETag: x--------|
 *   |--SUBSCRIBE, Suppress: x----->|
 *   |<--204------------------------|   and no NOTIFY
 *   |<--NOTIFY, SIP-ETag: y--------|   when the state changes
 */
test('RFC 5839 §6.3: a refresh whose tag matches gets 204 with Expires, and no NOTIFY', async (t) => {
  const { agent, bob, dialog, tag, modify } = await watched(t)
  const response = await bob.refresh(dialog, 700, undefined, [unless(tag)])
  assert.equal(response.status, 204)
  assert.match(response.startLine, /204 No Notification$/)
  assert.equal(response.header('expires'), '700')
  await nothingMore(agent, bob)
  await agent.advance(650_000)
  await modify('b')
  const next = await bob.notify()
  assert.match(next.body, /<note>b</)
  assert.notEqual(tagOf(next), tag)
})

test('RFC 5839 §6.3: as long as the tag matches, NOTIFYs that tell nothing new do not come either', async (t) => {
  const { agent, alice, bob, dialog, tag } = await watched(t)
  await bob.refresh(dialog, 600, undefined, [unless(tag)])
  const again = await alice.publish(noted('b'))
  assert.match((await bob.notify()).body, /<note>b</)
  const same = await alice.publish(noted('b'), [`SIP-If-Match: ${again.header('sip-etag') ?? ''}`])
  assert.equal(same.status, 200)
  assert.match((await bob.notify()).body, /<note>b</, 'the condition was not met any more')
  await nothingMore(agent, bob)
})

test('RFC 5839 §6.3: a state that changed and changed back is told to who had another in between', async (t) => {
  const { alice, agent, bob, dialog, tag } = await watched(t)
  await bob.refresh(dialog, 600, undefined, [unless(tag)])
  const more = await alice.publish(pidf(ALICE, 'closed'))
  assert.notEqual(tagOf(await bob.notify()), tag)
  await agent.advance(0)
  const headers = ['Expires: 0', `SIP-If-Match: ${more.header('sip-etag') ?? ''}`]
  await alice.publish(undefined, headers)
  const back = await bob.notify()
  assert.equal(tagOf(back), tag)
  assert.match(back.body, /<note>a</)
})

test('RFC 5839 §5.6: a refresh whose tag does not match gets 200 and the state', async (t) => {
  const { bob, dialog } = await watched(t)
  const response = await bob.refresh(dialog, 600, undefined, [unless('stale')])
  assert.equal(response.status, 200)
  assert.match((await bob.notify()).body, /<note>a</)
})

test('RFC 5839 §6.2: a new subscription whose tag matches gets a NOTIFY without the body', async (t) => {
  const { agent, bob, tag, modify } = await watched(t)
  const carol = await agent.phone('carol')
  const { response } = await carol.subscribe(ALICE, subscribing(tag))
  assert.equal(response.status, 200)
  const notify = await carol.notify()
  assertEmpty(notify, tag)
  assert.match(notify.header('subscription-state') ?? '', /^active;expires=/)
  await modify('b')
  assert.match((await carol.notify()).body, /<note>b</)
  await bob.notify()
})

test('RFC 5839 §5.4: a poll whose tag matches gets a NOTIFY without the body, another one the state', async (t) => {
  const { agent, tag, modify } = await watched(t)
  const carol = await agent.phone('carol')
  await carol.subscribe(ALICE, subscribing(tag, 0))
  const notify = await carol.notify()
  assertEmpty(notify, tag)
  assert.equal(notify.header('subscription-state'), 'terminated;reason=timeout')
  await modify('b')
  await carol.subscribe(ALICE, subscribing(tag, 0))
  assert.match((await carol.notify()).body, /<note>b</)
})

test('RFC 5839 §5.7: who unsubscribes with a tag that matches gets 204 and nothing else', async (t) => {
  const { agent, bob, dialog, tag } = await watched(t)
  assert.equal((await bob.refresh(dialog, 0, undefined, [unless(tag)])).status, 204)
  await nothingMore(agent, bob)
  assert.equal((await bob.refresh(dialog, 600)).status, 481)
})

test('RFC 5839 §6.2: the end of a subscription is told without what its watcher has', async (t) => {
  const { agent, bob, dialog, tag } = await watched(t)
  await bob.refresh(dialog, 600, undefined, [unless(tag)])
  await agent.advance(600_001)
  const last = await bob.notify()
  assertEmpty(last, tag)
  assert.equal(last.header('subscription-state'), 'terminated;reason=timeout')
})

test('RFC 5839 §5.2: an asterisk puts a subscription to sleep, over a restart too, until a SUBSCRIBE wakes it', async (t) => {
  const { agent, bob, dialog, modify } = await watched(t)
  assert.equal((await bob.refresh(dialog, 600, undefined, [unless('*')])).status, 204)
  const second = await modify('b')
  await nothingMore(agent, bob)
  await agent.restart()
  const alice = await agent.phone('alice')
  await alice.publish(noted('c'), [`SIP-If-Match: ${second.header('sip-etag') ?? ''}`])
  await nothingMore(agent, bob)
  assert.equal((await bob.refresh(dialog, 600, 50)).status, 200)
  assert.match((await bob.notify()).body, /<note>c</)
})

test('RFC 5839 §6.2: a new subscription with an asterisk gets one NOTIFY without a body', async (t) => {
  const { agent, bob, tag, modify } = await watched(t)
  const carol = await agent.phone('carol')
  await carol.subscribe(ALICE, subscribing('*'))
  assertEmpty(await carol.notify(), tag)
  await modify('b')
  await bob.notify()
  await nothingMore(agent, carol)
})

test('RFC 5839 §6.1: a tag is as good after a restart, while the state is the same', async (t) => {
  const { agent, bob, dialog, tag } = await watched(t)
  await agent.restart()
  const refresh = (cseq: number, value: string) => bob.refresh(dialog, 600, cseq, [unless(value)])
  assert.equal((await refresh(50, tag)).status, 204)
  await nothingMore(agent, bob)
  assert.equal((await refresh(60, 'stale')).status, 200)
  await bob.notify()
})

test('RFC 5839 §7.3: a condition that is no tag, or not the only one, gets 400', async (t) => {
  const { bob, dialog } = await watched(t)
  for (const wrong of [
    [unless('')],
    [unless('a b')],
    [unless('"a"')],
    [unless('a'), unless('b')],
  ]) {
    assert.equal((await bob.refresh(dialog, 600, undefined, wrong)).status, 400, wrong.join())
    const { response } = await bob.subscribe(ALICE, ['Expires: 600', ...wrong])
    assert.equal(response.status, 400, wrong.join())
  }
})

test('a lost NOTIFY without a body comes again', async (t) => {
  const { agent, tag } = await watched(t)
  const carol = await agent.phone('carol')
  await carol.subscribe(ALICE, subscribing(tag))
  assertEmpty(await carol.notify(503), tag)
  await agent.advance(10_001)
  assertEmpty(await carol.notify(), tag)
})

test('RFC 5839 §6.3: watchers of watchers are spared what they have, and told what is new', async (t) => {
  const { agent, alice, phone } = await setUp(t)
  const dialog = await watchWatchers(alice)
  const tag = tagOf(await alice.notify())
  const refresh = (value: string) => alice.refresh(dialog, 600, undefined, [unless(value)])
  assert.equal((await refresh(tag)).status, 204)
  await nothingMore(agent, alice)
  await watchAs(phone, 'sip:bob@example.com')
  await phone.notify()
  const news = await alice.notify()
  assert.match(news.body, /sip:bob@example\.com/)
  assert.equal((await refresh(tag)).status, 200, 'it has another one now')
  const whole = await alice.notify()
  assert.match(whole.body, /state="full"/)
  const { response } = await alice.subscribe(ALICE, subscribing(tagOf(whole)), WINFO)
  assert.equal(response.status, 200)
  assert.match((await alice.notify()).body, /state="full"/, 'documents belong to one dialog')
})

test('RFC 5839 §6.3: watchers that came while a subscription slept are told when it wakes', async (t) => {
  const { agent, alice, phone } = await setUp(t)
  const dialog = await watchWatchers(alice)
  const tag = tagOf(await alice.notify())
  const refresh = (...headers: string[]) => alice.refresh(dialog, 600, undefined, headers)
  assert.equal((await refresh(unless('*'))).status, 204)
  await watchAs(phone, 'sip:bob@example.com')
  await phone.notify()
  await nothingMore(agent, alice)
  assert.equal((await refresh(unless(tag))).status, 200)
  assert.match((await alice.notify()).body, /state="full".*sip:bob@example\.com/s)
})
