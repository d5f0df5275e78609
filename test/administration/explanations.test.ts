/** What a running service alone can tell: answers are what OpenAPI says they are, and no token learns of other domains. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createDomains } from '../../core/model/domain.ts'
import type { Aor } from '../../core/uri/aor.ts'
import { createDispatch } from '../../service/administration/dispatch.ts'
import {
  explainOperations,
  explainPresence,
  reportXmpp,
} from '../../service/administration/explain-operations.ts'
import type { Caller } from '../../service/administration/operation.ts'
import type { GatewayReport, PairReport } from '../../service/gateway-request.ts'
import { startAgent } from '../presence/agent-harness.ts'
import { pidf } from '../presence/phone.ts'

const [ALICE, BOB] = ['sip:alice@example.com', 'sip:bob@example.com'] as const
const asJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value))

test('OpenAPI 3.1: explanations are described to the last member', async (t) => {
  const agent = await startAgent(t)
  const [alice, bob] = [await agent.phone('alice'), await agent.phone('bob')]
  await alice.publish(pidf(ALICE, 'open'))
  await bob.subscribe(ALICE)
  await bob.notify()
  for (const watcher of [BOB, 'sip:x@elsewhere.example', '@']) {
    const told = asJson(await agent.explain(watcher, ALICE))
    assert.deepEqual(explainPresence.output.parse(told), told, watcher)
  }
  assert.ok(!explainPresence.output.safeParse({}).success)
})

const PAIR: PairReport = {
  user: 'sip:bob@b.example' as Aor,
  contact: 'sip:romeo@xmpp.example' as Aor,
  to: 'granted',
  from: 'asked',
  toSince: 1,
  fromSince: 2,
  relation: 'to',
  shown: 'pending',
  avatar: 'none',
  resources: [{ resource: 'r', priority: 0, show: 'away', photo: 'unknown' }],
}
const REPORT: GatewayReport = {
  streams: ['a.example', 'b.example'].map((domain) => ({ domain, isOnline: true })),
  pairs: 9,
  stanzas: {
    ...{ received: { iq: 4 }, sent: { iq: 3 }, requests: { 'vcard-temp': { made: 2, failed: 1 } } },
  },
  of: [PAIR],
}

const domain = (name: string) => ({
  ...({
    name,
    realm: name,
    aliases: [],
    defaultPolicy: 'confirm',
    externalAccounts: false,
  } as const),
})

/** As a token of a.example, or of all domains, asks; the only account is bob's of b.example. */
function createAsk(caller: Omit<Caller, 'who'>) {
  const accounts = {
    find: (aor: Aor) =>
      ['sip:bob@b.example', 'tel:+491'].includes(aor)
        ? { aor: 'sip:bob@b.example', aliases: ['tel:+491'], credentials: [] }
        : undefined,
  }
  const domains = createDomains([domain('a.example'), domain('b.example')])
  const operations = explainOperations({
    explain: (watcher) => Promise.reject(new Error(`explained ${watcher}`)),
    reportGateway: () => REPORT,
    reach: { accounts: accounts as never, domains },
  })
  const dispatch = createDispatch({
    checkReach: () => Promise.resolve(),
    audit: undefined as never,
  })
  return (name: string, input: object) => {
    const found = operations.find(({ description }) => description.name === name)
    assert.ok(found)
    return dispatch(found, input, { who: 'token:1', ...caller })
  }
}

test('an explanation tells a token of one domain nothing of a watcher of another', async () => {
  const ask = createAsk({ domains: ['a.example'] })
  const asking = (watcher: string) =>
    ask('explainPresence', { watcher, presentity: 'alice@a.example' }).then(
      () => 'told',
      (error: unknown) => String(error).replaceAll(watcher, 'WATCHER'),
    )
  assert.match(await asking('bob@b.example'), /WATCHER: no such account/)
  assert.equal(await asking('bob@b.example'), await asking('ned@b.example'))
  assert.equal(await asking('tel:+491'), await asking('tel:+492'))
  assert.match(await asking('x@elsewhere.example'), /explained/)
  assert.match(await asking('ned@a.example'), /explained/)
})

test('the gateway’s counts of everybody are for whoever may ask for everybody', async () => {
  const asked = { address: 'bob@b.example' }
  assert.deepEqual(await createAsk({})(reportXmpp.name, asked), REPORT)
  assert.deepEqual(await createAsk({ domains: ['b.example'] })(reportXmpp.name, asked), {
    streams: [{ domain: 'b.example', isOnline: true }],
    pairs: 1,
    stanzas: { received: {}, sent: {}, requests: {} },
    of: [PAIR],
  })
})
