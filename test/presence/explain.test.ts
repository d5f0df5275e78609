/** What `visage explain` says: each way in which somebody sees nothing is named by its cause. */
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import test, { type TestContext } from 'node:test'
import { PRES_CONTENT, PRES_RULES } from '../../core/model/document-id.ts'
import type { Aor } from '../../core/uri/aor.ts'
import type { Explanation } from '../../presence-agent/explanation/explanation.ts'
import { startAgent, type AgentHarness, type HarnessOptions } from './agent-harness.ts'
import { until } from './elsewhere.ts'
import { pidf } from './phone.ts'

const ALICE = 'sip:alice@example.com'
const [BOB, CAROL] = ['bob@example.com', 'carol@example.com']

async function putRules({ store }: AgentHarness, body: string): Promise<void> {
  const id = { auid: PRES_RULES, tree: ALICE as Aor, path: 'index' }
  const contentType = 'application/auth-policy+xml'
  await store.documents.put(id, { contentType, body: Buffer.from(body) }, {})
}

const rules = (id: string, one: string, handling: string, transformations = '') =>
  '<ruleset xmlns="urn:ietf:params:xml:ns:common-policy" xmlns:p="urn:ietf:params:xml:ns:pres-rules">' +
  `<rule id="${id}"><conditions><identity><one id="${one}"/></identity></conditions>` +
  `<actions><p:sub-handling>${handling}</p:sub-handling></actions>` +
  `<transformations>${transformations}</transformations></rule></ruleset>`

async function putIcon({ store }: AgentHarness): Promise<void> {
  const bytes = Buffer.from('image')
  const hashed = (name: string) => createHash(name).update(bytes).digest('hex')
  const icon = {
    ...{ mediaType: 'image/png' as const, width: 1, height: 1, size: bytes.length },
    ...{ hash: hashed('sha256'), sha1: hashed('sha1'), bytes, token: 'aaaaaaaaaaaaaaaaaaaaaa' },
  }
  const id = { auid: PRES_CONTENT, tree: ALICE as Aor, path: 'oma_status-icon/a.png' }
  const contentType = 'application/vnd.oma.pres-content+xml'
  await store.documents.put(id, { contentType, body: bytes, icon }, {})
}

async function alicePublishes(agent: AgentHarness, expires = 3600): Promise<void> {
  const alice = await agent.phone('alice')
  await alice.publish(pidf(ALICE, 'open'), [`Expires: ${expires}`, 'User-Agent: Softphone 1'])
}

async function bobWatches(agent: AgentHarness, transport: 'UDP' | 'TCP' = 'UDP') {
  const bob = await agent.phone('bob', { transport })
  const dialog = await bob.subscribe(ALICE)
  const first = await bob.notify()
  return { bob, dialog, first }
}

interface Breakage {
  readonly what: string
  readonly kind: Explanation['cause']['kind']
  readonly says: RegExp
  readonly watcher?: string
  readonly presentity?: string
  readonly options?: HarnessOptions
  readonly breaks: (agent: AgentHarness) => Promise<unknown>
}

const nothing = () => Promise.resolve()

const BREAKAGES: readonly Breakage[] = [
  {
    what: 'a presentity that is no address',
    kind: 'no-address',
    says: /^sip:@ is no SIP address$/,
    presentity: 'sip:@',
    breaks: nothing,
  },
  {
    what: 'a presentity of another domain',
    kind: 'not-served',
    says: /^alice@elsewhere.example is of a domain that is not served here$/,
    presentity: 'alice@elsewhere.example',
    breaks: nothing,
  },
  {
    what: 'a presentity without an account',
    kind: 'no-account',
    says: /^there is no account nobody@example.com/,
    presentity: 'nobody@example.com',
    breaks: nothing,
  },
  {
    what: 'a watcher without an account',
    kind: 'no-account',
    says: /^there is no account typo@example.com/,
    watcher: 'typo@example.com',
    breaks: nothing,
  },
  {
    what: 'a watcher who has never subscribed',
    kind: 'not-subscribed',
    says: /^bob@example.com has no subscription to alice@example.com/,
    breaks: nothing,
  },
  {
    what: 'a watcher who is blocked by a rule',
    kind: 'blocked',
    says: /^bob@example.com is blocked: rule no-bob in index says block$/,
    breaks: (agent) => putRules(agent, rules('no-bob', `sip:${BOB}`, 'block')),
  },
  {
    what: 'a watcher to whom no rule applies',
    kind: 'blocked',
    says: /^bob@example.com is blocked: there are rules, and none of them matches$/,
    breaks: (agent) => putRules(agent, rules('carol', `sip:${CAROL}`, 'allow')),
  },
  {
    what: 'rules that cannot be read',
    kind: 'rules-unreadable',
    says: /^nobody is let in: the rules of alice@example.com in index cannot be read/,
    breaks: (agent) => putRules(agent, '<ruleset>'),
  },
  {
    what: 'a subscription that waits for an answer',
    kind: 'pending',
    says: /^alice@example.com has not decided about bob@example.com \(rule ask in index says confirm\)/,
    breaks: async (agent) => {
      await putRules(agent, rules('ask', `sip:${BOB}`, 'confirm'))
      await alicePublishes(agent)
      await bobWatches(agent)
    },
  },
  {
    what: 'a watcher who is politely blocked',
    kind: 'politely-blocked',
    says: /^bob@example.com is politely blocked: rule polite in index/,
    breaks: async (agent) => {
      await putRules(agent, rules('polite', `sip:${BOB}`, 'polite-block'))
      await alicePublishes(agent)
      await bobWatches(agent)
    },
  },
  {
    what: 'requests that come in another name',
    kind: 'other-identity',
    says: /^bob@example.com does not watch alice@example.com, but bob@elsewhere.example does/,
    options: { trusted: true },
    breaks: async (agent) => {
      const bob = await agent.phone('bob')
      const asserted = 'P-Asserted-Identity: <sip:bob@elsewhere.example>'
      await bob.subscribe(ALICE, ['Expires: 600', asserted])
      await bob.notify()
    },
  },
  {
    what: 'a subscription that was not refreshed',
    kind: 'ended',
    says: /^the subscription of bob@example.com ended at 20\S+Z: it was not refreshed$/,
    breaks: async (agent) => {
      const { bob } = await bobWatches(agent)
      await agent.advance(601_000)
      await bob.notify()
    },
  },
  {
    what: 'a phone that answers NOTIFY with 481',
    kind: 'ended',
    says: /: it answered NOTIFY with 481$/,
    breaks: async (agent) => {
      const { bob } = await bobWatches(agent)
      await alicePublishes(agent)
      await bob.notify(481)
      await agent.advance(0)
    },
  },
  {
    what: 'a phone that answers no NOTIFY',
    kind: 'unanswered',
    says: /^the NOTIFY of 20\S+Z to bob@example.com at UDP 127.0.0.1:\d+ was not answered$/,
    breaks: async (agent) => {
      const bob = await agent.phone('bob')
      await bob.subscribe(ALICE)
      await bob.notify(null)
      agent.clock.advance(32_001)
    },
  },
  {
    what: 'a connection that has ended',
    kind: 'unreachable',
    says: /^the connection of bob@example.com \(TCP 127.0.0.1:\d+\) has ended/,
    breaks: async (agent) => {
      const { bob } = await bobWatches(agent, 'TCP')
      await agent.advance(0)
      await bob.client.close()
      let isOver = false
      await until(() => {
        void agent
          .explain(BOB, ALICE)
          .then(({ cause }) => (isOver ||= cause.kind === 'unreachable'))
        return isOver
      })
    },
  },
  {
    what: 'a presentity who publishes nothing',
    kind: 'nothing-published',
    says: /^alice@example.com publishes nothing, and is not registered: shown as closed$/,
    breaks: (agent) => bobWatches(agent),
  },
  {
    what: 'a publication that has expired',
    kind: 'nothing-published',
    says: /^the last publication of alice@example.com ended at 20\S+Z: shown as closed$/,
    breaks: async (agent) => {
      await alicePublishes(agent, 60)
      const { bob } = await bobWatches(agent)
      await agent.advance(61_000)
      await bob.notify()
    },
  },
  {
    what: 'no icon that is stored',
    kind: 'no-icon',
    says: /^bob@example.com is told the presence of alice@example.com, who has no icon stored here$/,
    breaks: async (agent) => {
      await alicePublishes(agent)
      await bobWatches(agent)
    },
  },
  {
    what: 'rules that do not let the icon pass',
    kind: 'icon-not-allowed',
    says: /^the rules let bob@example.com see the presence but not the icon/,
    breaks: async (agent) => {
      const services = '<p:provide-services><p:all-services/></p:provide-services>'
      await putRules(agent, rules('part', `sip:${BOB}`, 'allow', services))
      await putIcon(agent)
      await alicePublishes(agent)
      await bobWatches(agent)
    },
  },
  {
    what: 'nothing at all',
    kind: 'all-well',
    says: /^bob@example.com is told the presence and the icon of alice@example.com$/,
    breaks: async (agent) => {
      await putIcon(agent)
      await alicePublishes(agent)
      await bobWatches(agent)
    },
  },
]

async function broken(t: TestContext, { breaks, options = {} }: Breakage): Promise<AgentHarness> {
  const agent = await startAgent(t, options)
  await breaks(agent)
  // The last answer may be on its way.
  await agent.advance(0).catch(() => undefined)
  return agent
}

for (const breakage of BREAKAGES) {
  const { what, kind, says, watcher = BOB, presentity = ALICE } = breakage
  test(`visage explain: ${what} is named first`, async (t) => {
    const agent = await broken(t, breakage)
    const { cause } = await agent.explain(watcher, presentity)
    assert.equal(cause.kind, kind)
    assert.match(cause.text, says)
  })
}

test('visage explain: an alias is named with whose it is, and means the account', async (t) => {
  const agent = await startAgent(t)
  await agent.addAccount('bob', { aliases: ['sip:101@example.com' as Aor] })
  await alicePublishes(agent)
  await bobWatches(agent)
  await agent.advance(0)
  const { cause, watcher } = await agent.explain('101@example.com', 'alice@example.com')
  assert.equal(watcher.address, `sip:${BOB}`)
  assert.match(cause.text, /^bob@example.com \(101@example.com is one of its addresses\)/)
})

test('visage explain: all that the cause rests on is there', async (t) => {
  const agent = await startAgent(t)
  await putIcon(agent)
  await putRules(
    agent,
    rules(
      'part',
      `sip:${BOB}`,
      'allow',
      '<p:provide-persons><p:all-persons/></p:provide-persons><p:provide-status-icon>true</p:provide-status-icon>',
    ),
  )
  await alicePublishes(agent)
  const { first } = await bobWatches(agent)
  await agent.advance(0)
  const told = await agent.explain(BOB, ALICE)
  const [subscription] = told.subscriptions
  const at = agent.clock.now()
  assert.deepEqual(subscription?.lastNotify, { at, size: first.body.length, status: 200 })
  assert.deepEqual([subscription.since, subscription.expiresAt], [at, at + 600_000])
  assert.deepEqual([subscription.state, subscription.reachable], ['active', true])
  assert.equal(told.document, first.body, 'what the watcher is told, to the letter')
  assert.equal(told.decision?.by, 'rules')
  assert.deepEqual(
    told.decision.documents[0]?.rules.map(({ id, matched }) => [id, matched]),
    [['part', true]],
  )
  assert.match(told.publications[0]?.source ?? '', /^Softphone 1 UDP 127.0.0.1:\d+$/)
  assert.equal(told.publications[0]?.expiresAt, at + 3_600_000)
  assert.deepEqual(told.icon, {
    ...{ document: 'org.openmobilealliance.pres-content/oma_status-icon/a.png', storedAt: at },
    ...{ size: 5, announced: true },
  })
})
