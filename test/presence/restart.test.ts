/** A restart forgets nobody and tells nothing old. DESIGN §5, RFC 3261 §12.2.2. */
import assert from 'node:assert/strict'
import test from 'node:test'
import type { SipText } from '../support/sip-client.ts'
import { startAgent } from './agent-harness.ts'
import { pidf } from './phone.ts'

const ALICE = 'sip:alice@example.com'
const cseq = (message: SipText) => Number.parseInt(message.header('cseq') ?? '', 10)

test('after a restart the next NOTIFY comes in the same dialog, with a higher CSeq and the whole state', async (t) => {
  const agent = await startAgent(t)
  const [alice, bob] = [await agent.phone('alice'), await agent.phone('bob')]
  const dialog = await bob.subscribe(ALICE)
  const before = await bob.notify()
  const desk = await alice.publish(pidf(ALICE, 'open', '<note>desk</note>'))
  await bob.notify()
  await agent.restart()
  await agent.advance(0)
  assert.deepEqual(bob.client.untaken(), [], 'nothing has changed, so nothing is told')
  await alice.publish(pidf(ALICE, 'open', '<note>mobile</note>'))
  const after = await bob.notify()
  assert.match(after.body, /desk/)
  assert.match(after.body, /mobile/)
  assert.ok(cseq(after) > cseq(before) + 1)
  for (const name of ['call-id', 'from', 'to', 'contact', 'event']) {
    assert.equal(after.header(name), before.header(name))
  }
  assert.equal(after.startLine, before.startLine)
  const ifMatch = `SIP-If-Match: ${desk.header('sip-etag') ?? ''}`
  assert.equal((await alice.publish(undefined, [ifMatch])).status, 200)
  assert.equal((await bob.refresh(dialog, 600)).status, 200)
  assert.ok(cseq(await bob.notify()) > cseq(after))
})

test('CSeq keeps rising over two restarts without a NOTIFY between them', async (t) => {
  const agent = await startAgent(t)
  const [alice, bob] = [await agent.phone('alice'), await agent.phone('bob')]
  await bob.subscribe(ALICE)
  let last = cseq(await bob.notify())
  for (let round = 0; round < 3; round++) {
    await agent.restart()
    await agent.restart()
    await alice.publish(pidf(ALICE, 'open'))
    const next = cseq(await bob.notify())
    assert.ok(next > last, `${next} after ${last}`)
    last = next
  }
})

test('a thousand NOTIFYs later the CSeq still rises by one, and a restart goes on above', async (t) => {
  const agent = await startAgent(t)
  const bob = await agent.phone('bob')
  const dialog = await bob.subscribe(ALICE)
  await bob.notify()
  const alice = await agent.phone('alice')
  let tag = ''
  let last = 1
  for (let round = 0; round < 1_010; round++) {
    const ifMatch = tag === '' ? [] : [`SIP-If-Match: ${tag}`]
    tag = (await alice.publish(pidf(ALICE, 'open'), ifMatch)).header('sip-etag') ?? ''
    const next = cseq(await bob.notify())
    assert.equal(next, last + 1)
    last = next
  }
  await agent.restart()
  await bob.refresh(dialog, 600)
  assert.ok(cseq(await bob.notify()) > last)
})

test('what expired while the agent was down: watchers hear that the publication is gone, and old subscriptions end', async (t) => {
  const agent = await startAgent(t)
  const [alice, bob, carol] = [
    await agent.phone('alice'),
    await agent.phone('bob'),
    await agent.phone('carol'),
  ]
  await bob.subscribe(ALICE, ['Expires: 3600'])
  await bob.notify()
  await carol.subscribe(ALICE, ['Expires: 60'])
  await carol.notify()
  await alice.publish(pidf(ALICE, 'open'), ['Expires: 100'])
  await bob.notify()
  await carol.notify()
  await agent.advance(0)
  await agent.restart(() => {
    agent.clock.advance(200_000)
  })
  agent.clock.advance(0)
  assert.match((await bob.notify()).body, /<basic>closed</)
  const last = await carol.notify()
  assert.equal(last.header('subscription-state'), 'terminated;reason=timeout')
  await agent.advance(0)
  assert.deepEqual(bob.client.untaken(), [])
})

test('registrations outlive a restart', async (t) => {
  const agent = await startAgent(t)
  const alice = await agent.phone('alice')
  const uri = 'sip:example.com'
  await alice.request('REGISTER', { uri, to: ALICE, headers: ['Expires: 600'] })
  await agent.restart()
  const fetched = await alice.request('REGISTER', { uri, to: ALICE, contact: '' })
  assert.match(fetched.header('contact') ?? '', /;expires=600$/)
})

test('after a crash a watcher whose NOTIFY may have been cut off is told the state as it is', async (t) => {
  const agent = await startAgent(t, { agent: { afterCrash: true } })
  const [alice, bob] = [await agent.phone('alice'), await agent.phone('bob')]
  await bob.subscribe(ALICE)
  await bob.notify()
  await alice.publish(pidf(ALICE, 'open', '<note>last words</note>'))
  const before = await bob.notify()
  await agent.restart()
  const after = await bob.notify()
  assert.match(after.body, /last words/)
  assert.ok(cseq(after) > cseq(before))
})
