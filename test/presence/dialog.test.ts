/**
 * The event package `dialog`: busy lamp fields. RFC 4235.
 *
 *   Kamailio, or alice's phone          Visage                  bob's lamp
 *      | PUBLISH Event: dialog            |                        |
 *      |--------------------------------->| NOTIFY full, version n |
 *      |                                  |----------------------->|
 */
import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { parseDialogInfo, type DialogInfo } from '../../core/documents/dialog-info.ts'
import { readDocument } from '../../core/documents/xml-reader.ts'
import type { HarnessOptions } from './agent-harness.ts'
import { startAgent } from './agent-harness.ts'
import { call, publishCalls, watchCalls, ALICE } from './calls.ts'
import { pidf, type Phone } from './phone.ts'

async function setUp(t: TestContext, options: HarnessOptions = {}) {
  const agent = await startAgent(t, options)
  return { agent, alice: await agent.phone('alice'), bob: await agent.phone('bob') }
}

async function told(phone: Phone): Promise<DialogInfo> {
  const notify = await phone.notify()
  assert.equal(notify.header('content-type'), 'application/dialog-info+xml')
  const reading = readDocument(notify.body, parseDialogInfo)
  if (reading.error !== undefined) assert.fail(reading.detail)
  return reading.value
}

test('RFC 4235 §4.1: the document is full, and its version counts within the subscription from 0', async (t) => {
  const { alice, bob } = await setUp(t)
  await watchCalls(bob)
  const first = await told(bob)
  assert.deepEqual([first.version, first.state, first.entity], [0, 'full', ALICE])
  assert.deepEqual(first.dialogs, [])
  await publishCalls(alice, [call('early')])
  const second = await told(bob)
  assert.deepEqual([second.version, second.state], [1, 'full'])
  assert.equal(second.dialogs[0]?.state, 'early')
})

test('RFC 4235 §3.6: others learn that there is a call and which way, not with whom', async (t) => {
  const { alice, bob } = await setUp(t)
  await publishCalls(alice, [call('confirmed')])
  await watchCalls(bob)
  const [only] = (await told(bob)).dialogs
  const { id, ...rest } = only!
  assert.deepEqual(rest, { direction: 'recipient', state: 'confirmed', details: [] })
  assert.doesNotMatch(id, /call-1|d1/)
})

test('RFC 4235 §3.6: the phones of one user learn everything of each other', async (t) => {
  const { agent, alice } = await setUp(t)
  await publishCalls(alice, [call('confirmed')])
  const other = await agent.phone('alice')
  await watchCalls(other)
  const [only] = (await told(other)).dialogs
  assert.deepEqual([only?.callId, only?.localTag, only?.remoteTag], ['call-1', 'l', 'r'])
  assert.deepEqual(
    only?.details.map(({ name }) => name),
    ['remote'],
  )
})

test('presence.dialogIdentities: whoever sees the presence sees with whom', async (t) => {
  const presence = { minExpires: 60, maxExpires: 7200, throttle: 0, iconWithStatusIcon: true }
  const { alice, bob } = await setUp(t, {
    agent: { presence: { ...presence, dialogIdentities: true } },
  })
  await publishCalls(alice, [call('confirmed')])
  await watchCalls(bob)
  assert.equal((await told(bob)).dialogs[0]?.callId, 'call-1')
})

test('RFC 4235 §3.6: who is not accepted yet is pending, and learns of no call', async (t) => {
  const { alice, bob } = await setUp(t, { domains: [{ defaultPolicy: 'confirm' }] })
  await publishCalls(alice, [call('confirmed')])
  await watchCalls(bob)
  const notify = await bob.notify()
  assert.match(notify.header('subscription-state') ?? '', /^pending/)
  assert.doesNotMatch(notify.body, /<dialog /)
})

test('RFC 4235 §3.11: the calls of several phones stand in one document, under ids of their own', async (t) => {
  const { agent, alice, bob } = await setUp(t)
  await publishCalls(alice, [call('confirmed')])
  await publishCalls(await agent.phone('alice'), [call('early', { callId: 'call-2' })])
  await watchCalls(bob)
  const { dialogs } = await told(bob)
  assert.deepEqual(dialogs.map(({ state }) => state).sort(), ['confirmed', 'early'])
  assert.equal(new Set(dialogs.map(({ id }) => id)).size, 2)
})

test('RFC 4235 §4.3: a partial publication completes the one before it', async (t) => {
  const { alice, bob } = await setUp(t)
  const { tag } = await publishCalls(alice, [call('confirmed')])
  const second = call('early', { id: 'd2', callId: 'call-2' })
  await publishCalls(alice, [second], { tag, state: 'partial' })
  await watchCalls(bob)
  assert.deepEqual((await told(bob)).dialogs.map(({ state }) => state).sort(), [
    'confirmed',
    'early',
  ])
})

test('partial publications that never end a call do not pile up', async (t) => {
  const { agent, alice, bob } = await setUp(t)
  const named = (round: number) => (_: unknown, at: number) =>
    call('confirmed', { id: `${round}-${at}`, callId: `${round}-${at}` })
  let tag: string | undefined
  for (let round = 0; round < 6; round++) {
    const calls = Array.from({ length: 200 }, named(round))
    const match = tag === undefined ? {} : { tag }
    tag = (await publishCalls(alice, calls, { ...match, state: 'partial' })).tag
  }
  for await (const { body } of agent.store.eventState.publications()) {
    assert.ok(body.length < 64 * 1024)
  }
  await watchCalls(bob)
  assert.ok((await told(bob)).dialogs.length <= 200)
})

test('RFC 4480 §3.2: a call shows in the presence as on-the-phone, and its end takes that away', async (t) => {
  const { alice, bob } = await setUp(t)
  await alice.publish(pidf(ALICE, 'open'))
  await bob.subscribe(ALICE)
  assert.doesNotMatch((await bob.notify()).body, /on-the-phone/)
  const { tag } = await publishCalls(alice, [call('early')])
  assert.doesNotMatch((await bob.notify()).body, /on-the-phone/)
  const confirmed = await publishCalls(alice, [call('confirmed')], { tag })
  assert.match((await bob.notify()).body, /<rpid:activities><rpid:on-the-phone\/>/)
  await publishCalls(alice, [call('terminated')], { tag: confirmed.tag })
  assert.doesNotMatch((await bob.notify()).body, /on-the-phone/)
})

test('RFC 4480 §3.2: a published call that expires is no call any more', async (t) => {
  const { agent, alice, bob } = await setUp(t)
  await publishCalls(alice, [call('confirmed')], { expires: 60 })
  await bob.subscribe(ALICE)
  assert.match((await bob.notify()).body, /on-the-phone/)
  await agent.advance(61_000)
  assert.doesNotMatch((await bob.notify()).body, /on-the-phone/)
})

test('RFC 4235 §4: what is no dialog information gets 400', async (t) => {
  const { alice } = await setUp(t)
  const headers = ['Event: dialog', 'Content-Type: application/dialog-info+xml']
  const answer = await alice.request('PUBLISH', { uri: ALICE, headers, body: pidf(ALICE, 'open') })
  assert.equal(answer.status, 400)
})
