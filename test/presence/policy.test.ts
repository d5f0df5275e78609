/** Who sees what without rules: allow-domain, allow, confirm, block. RFC 3856 §6.6.2, RFC 5025 §3.2.1. */
import assert from 'node:assert/strict'
import test from 'node:test'
import type { DefaultPolicy } from '../../core/model/domain.ts'
import { startAgent, type AgentHarness } from './agent-harness.ts'
import { pidf, type Phone } from './phone.ts'

const ALICE = 'sip:alice@example.com'
const STRANGER = 'P-Asserted-Identity: <sip:stranger@elsewhere.example>'

async function watch(agent: AgentHarness, watched: string, headers: readonly string[]) {
  const phone = await agent.phone('bob')
  const { response } = await phone.subscribe(watched, ['Expires: 600', ...headers])
  return { phone, status: response.status }
}

async function seen(phone: Phone) {
  const notify = await phone.notify()
  const state = notify.header('subscription-state')?.split(';')[0]
  return { state, body: notify.body }
}

interface Row {
  readonly policy: DefaultPolicy
  readonly member: 'sees' | 'pending' | 403
  readonly stranger: 'sees' | 'pending' | 403
}

const ROWS: readonly Row[] = [
  { policy: 'allow-domain', member: 'sees', stranger: 'pending' },
  { policy: 'allow', member: 'sees', stranger: 'sees' },
  { policy: 'confirm', member: 'pending', stranger: 'pending' },
  { policy: 'block', member: 403, stranger: 403 },
]

for (const { policy, ...expected } of ROWS) {
  test(`default policy ${policy}: a member ${expected.member}, a stranger ${expected.stranger}`, async (t) => {
    const domains = [{ defaultPolicy: policy }]
    const agent = await startAgent(t, { trusted: true, domains })
    const alice = await agent.phone('alice')
    await alice.publish(pidf(ALICE, 'open', '<note>secret</note>'))
    for (const who of ['member', 'stranger'] as const) {
      const { phone, status } = await watch(agent, ALICE, who === 'member' ? [] : [STRANGER])
      const wanted = expected[who]
      assert.equal(status, wanted === 403 ? 403 : 200)
      if (wanted === 403) continue
      const { state, body } = await seen(phone)
      assert.equal(state, wanted === 'sees' ? 'active' : 'pending')
      assert.equal(body.includes('secret'), wanted === 'sees')
      if (wanted === 'pending') assert.match(body, /<basic>closed<.*<note>pending</)
    }
    const owner = await watch(agent, ALICE, [`P-Asserted-Identity: <${ALICE}>`])
    assert.equal((await seen(owner.phone)).state, 'active', 'everybody may watch themselves')
  })
}

test('RFC 6665 §6.2: a pending watcher does not even learn that something changed', async (t) => {
  const agent = await startAgent(t, { trusted: true })
  const { phone } = await watch(agent, ALICE, [STRANGER])
  await seen(phone)
  const alice = await agent.phone('alice')
  await alice.publish(pidf(ALICE, 'open'))
  await agent.advance(0)
  assert.deepEqual(phone.client.untaken(), [])
})

test('a stranger cannot tell an address that nobody has from one that does not confirm; a member gets 404', async (t) => {
  const agent = await startAgent(t, { trusted: true })
  const nobody = 'sip:nobody@example.com'
  const real = await watch(agent, ALICE, [STRANGER])
  const unreal = await watch(agent, nobody, [STRANGER])
  assert.equal(unreal.status, real.status)
  const [one, other] = [await seen(real.phone), await seen(unreal.phone)]
  assert.equal(one.state, other.state)
  assert.equal(one.body.replaceAll('alice', 'nobody'), other.body)
  assert.equal((await watch(agent, nobody, [])).status, 404)
})

test('domains[].externalAccounts: from a trusted peer any address of the domain exists', async (t) => {
  const domains = [{ externalAccounts: true }]
  const agent = await startAgent(t, { trusted: true, domains })
  const dora = await agent.phone('dora')
  assert.equal((await dora.publish(pidf(dora.aor, 'open'))).status, 200)
  const { phone, status } = await watch(agent, dora.aor, [])
  assert.equal(status, 200)
  assert.match((await seen(phone)).body, /<basic>open</)
})
