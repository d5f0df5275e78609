/**
 * Suspended accounts: nobody signs in with one, it shows nothing and watches nobody, and nothing of it is lost.
 *
 *   bob            agent           store
 *    |--SUBSCRIBE-->|                |
 *    |<--NOTIFY-----|  alice is open |
 *    |              |<---change------|  alice is suspended
 *    |<--NOTIFY-----|  closed        |
 *    |              |<---change------|  and back
 */
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import test, { type TestContext } from 'node:test'
import { PRES_CONTENT } from '../../core/model/document-id.ts'
import type { Aor } from '../../core/uri/aor.ts'
import { withShownIcons } from '../../service/people/shown-store.ts'
import { startAgent, type AgentHarness, type HarnessOptions } from './agent-harness.ts'
import { pidf } from './phone.ts'

const ALICE = 'sip:alice@example.com'
const BOB = 'sip:bob@example.com'

async function setUp(t: TestContext, options: HarnessOptions = {}) {
  const agent = await startAgent(t, { documents: withShownIcons, ...options })
  return { agent, alice: await agent.phone('alice'), bob: await agent.phone('bob') }
}

async function suspend({ store }: AgentHarness, user: string): Promise<void> {
  const account = await store.accounts.find(user as Aor)
  assert.ok(account)
  await store.accounts.put({ ...account, suspended: true })
}

async function resume({ store }: AgentHarness, user: string): Promise<void> {
  const { suspended, ...account } = (await store.accounts.find(user as Aor)) ?? assert.fail()
  assert.equal(suspended, true)
  await store.accounts.put(account)
}

async function putIcon({ store }: AgentHarness): Promise<void> {
  const bytes = Buffer.from('pixels')
  const hash = (algorithm: string) => createHash(algorithm).update(bytes).digest('hex')
  const icon = {
    ...{ mediaType: 'image/png' as const, width: 1, height: 1, size: bytes.length, bytes },
    ...{ hash: hash('sha256'), sha1: hash('sha1'), token: 'aaaaaaaaaaaaaaaaaaaaaa' },
  }
  const id = { auid: PRES_CONTENT, tree: ALICE as Aor, path: 'oma_status-icon/a.png' }
  const contentType = 'application/vnd.oma.pres-content+xml'
  await store.documents.put(id, { contentType, body: bytes, icon }, {})
}

test('who watches somebody suspended sees a closed tuple and no icon, and all of it again afterwards', async (t) => {
  const { agent, alice, bob } = await setUp(t)
  await putIcon(agent)
  await alice.publish(pidf(ALICE, 'open'))
  await bob.subscribe(ALICE)
  assert.match((await bob.notify()).body, /open<.*\/i\/aaaa/s)
  await suspend(agent, ALICE)
  const told = await bob.notify()
  assert.match(told.header('subscription-state') ?? '', /^active/)
  assert.match(told.body, /<basic>closed</)
  assert.doesNotMatch(told.body, /icon|open/)
  await resume(agent, ALICE)
  assert.match((await bob.notify()).body, /closed<.*\/i\/aaaa/s)
  assert.equal((await alice.publish(pidf(ALICE, 'open'))).status, 200)
  assert.match((await bob.notify()).body, /open<.*\/i\/aaaa/s)
})

test('RFC 6665 §4.1.3: the subscriptions of somebody suspended end as rejected, which does not invite to come back', async (t) => {
  const { agent, alice } = await setUp(t)
  await alice.subscribe(BOB)
  await alice.notify()
  await suspend(agent, ALICE)
  const last = await alice.notify()
  assert.match(last.header('subscription-state') ?? '', /^terminated;reason=rejected/)
  assert.equal(last.body.includes('open'), false)
})

test('nobody signs in with a suspended account, and it looks like a wrong password', async (t) => {
  const { agent, alice } = await setUp(t)
  await suspend(agent, ALICE)
  const refused = await alice.publish(pidf(ALICE, 'open'))
  assert.equal(refused.status, 401)
  assert.match(refused.header('www-authenticate') ?? '', /^Digest/)
  await resume(agent, ALICE)
  assert.equal((await alice.publish(pidf(ALICE, 'open'))).status, 200)
})

test('a publication and the bindings of somebody suspended are in the store no more', async (t) => {
  const { agent, alice } = await setUp(t)
  await alice.publish(pidf(ALICE, 'open'))
  const registered = await alice.request('REGISTER', {
    uri: 'sip:example.com',
    to: ALICE,
    contact: '<sip:alice@192.0.2.1>;expires=300',
  })
  assert.equal(registered.status, 200)
  await suspend(agent, ALICE)
  await agent.restart()
  const { eventState } = agent.store
  for await (const left of eventState.publications()) assert.fail(JSON.stringify(left))
  for await (const left of eventState.bindings()) assert.fail(JSON.stringify(left))
})

test('a trusted peer speaks neither as somebody suspended nor for them', async (t) => {
  const { agent, bob } = await setUp(t, { trusted: true })
  await suspend(agent, ALICE)
  const headers = ['Event: presence', 'Content-Type: application/pidf+xml']
  const body = pidf(ALICE, 'open')
  for (const from of [ALICE, 'sip:pbx@192.0.2.5']) {
    const answer = await bob.request('PUBLISH', { uri: ALICE, from, headers, body, contact: '' })
    assert.equal(answer.status, 403, from)
  }
})
