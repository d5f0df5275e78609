/** Running subscriptions and waiting watchers follow the rules as they change. RFC 5025 §3.2.1, RFC 3857 §4.7.1. */
import assert from 'node:assert/strict'
import test from 'node:test'
import { setTimeout } from 'node:timers/promises'
import type { Aor } from '../../core/uri/aor.ts'
import type { AgentHarness } from './agent-harness.ts'
import { createGate } from './gate.ts'
import { pidf, type Phone } from './phone.ts'
import {
  ALL_OF_IT,
  BOB,
  fetchedBy,
  one,
  rule,
  ruled,
  ruleset,
  seen,
  writeRules,
} from './ruled-alice.ts'
import {
  ALICE,
  assertedAs,
  fetched,
  nothingMore,
  standing,
  storedSubscriptions,
  told,
  watchAs,
  watchWatchers,
} from './watched-alice.ts'

const EVE = 'sip:eve@elsewhere.example'
const MOOD = '<dm:person id="p"><rpid:mood><rpid:happy/></rpid:mood></dm:person>'
const SPHERE = (name: string) =>
  `<dm:person id="p"><rpid:sphere><rpid:${name}/></rpid:sphere></dm:person>`
const HOUR = 3_600_000

/** The agent reads the rules anew between two turns of the event loop. */
async function followed(agent: AgentHarness): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await agent.advance(0)
}

const shape = ({ state, body }: { state: string; body: string }) =>
  `${state} ${body.includes('<note>pending') ? 'pending note' : (/<basic>(\w+)/.exec(body)?.[1] ?? 'empty')}`

type Step = [from: string, to: string, told: string, winfo: string | undefined]
const CHANGES: Step[] = [
  ['confirm', 'allow', 'active open', `${BOB} active approved`],
  ['confirm', 'polite-block', 'active closed', `${BOB} active approved`],
  ['confirm', 'block', 'terminated;reason=rejected closed', `${BOB} terminated rejected`],
  ['allow', 'confirm', 'pending pending note', `${BOB} pending subscribe`],
  ['allow', 'polite-block', 'active closed', undefined],
  ['allow', 'block', 'terminated;reason=rejected closed', `${BOB} terminated rejected`],
  ['polite-block', 'allow', 'active open', undefined],
  ['polite-block', 'confirm', 'pending pending note', `${BOB} pending subscribe`],
  ['polite-block', 'block', 'terminated;reason=rejected closed', `${BOB} terminated rejected`],
]
/*
 *  alice          XCAP             agent                 bob
 *    |             |                |<----SUBSCRIBE-------|
 *    |             |                |-----NOTIFY--------->|  as the rules are
 *    |--PUT rules->|--change feed-->|                     |
 *    |             |                |-----NOTIFY--------->|  as they are now
 *    |<------------NOTIFY winfo-----|                     |
 */
for (const [from, to, expected, reported] of CHANGES) {
  test(`RFC 5025 §3.2.1: ${from} → ${to}: ${expected}; ${reported ?? 'nothing for the presentity'}`, async (t) => {
    const { agent, alice, phone } = await ruled(t, rule(one(BOB), from))
    await alice.publish(pidf(ALICE, 'open', MOOD))
    await watchAs(phone, BOB)
    await seen(phone)
    await watchWatchers(alice)
    await told(alice)
    await writeRules(agent, rule(one(BOB), to))
    const sight = await seen(phone)
    assert.ok(shape(sight).startsWith(expected), shape(sight))
    if (reported === undefined) await nothingMore(agent, alice)
    else assert.deepEqual(standing(await told(alice)), [reported])
    await nothingMore(agent, phone)
    const kept = (await storedSubscriptions(agent)).filter(({ watcher }) => watcher === BOB)
    assert.equal(kept.length, to === 'block' ? 0 : 1)
  })
}

test('RFC 3858 §3: who was approved is reported so in the full list too', async (t) => {
  const { agent, alice, phone } = await ruled(t, rule(one(BOB), 'confirm'))
  await watchAs(phone, BOB)
  await seen(phone)
  await writeRules(agent, rule(one(BOB), 'allow'))
  await seen(phone)
  assert.deepEqual(await fetched(alice), [`${BOB} active approved`])
})

test('RFC 5025 §3.3: other transformations mean another document at once; the same in other words mean none', async (t) => {
  const services = '<p:provide-services><p:all-services/></p:provide-services>'
  const { agent, alice, phone } = await ruled(t, rule(one(BOB), 'allow', services))
  await alice.publish(pidf(ALICE, 'open', MOOD))
  await watchAs(phone, BOB)
  assert.doesNotMatch((await seen(phone)).body, /happy/)
  await writeRules(agent, rule(one(BOB), 'allow', ALL_OF_IT))
  assert.match((await seen(phone)).body, /happy/)
  await writeRules(agent, rule('', 'allow', ALL_OF_IT) + rule(one(EVE), 'block'))
  await followed(agent)
  await nothingMore(agent, phone)
})

test('RFC 5025 §3.2.1: rules that go leave the policy of the domain; the first ones replace it', async (t) => {
  const { agent, phone } = await ruled(t, '')
  await watchAs(phone, EVE)
  assert.equal((await seen(phone)).state, 'pending')
  await writeRules(agent, rule('', 'allow'))
  assert.equal((await seen(phone)).state, 'active')
  await writeRules(agent, undefined)
  assert.equal((await seen(phone)).state, 'pending')
})

test('RFC 3857 §4.7.1: a waiting watcher is approved or rejected, and need not wait any more', async (t) => {
  const CAROL = 'sip:carol@example.com'
  const { agent, alice, phone } = await ruled(t, rule('', 'confirm'))
  for (const who of [BOB, CAROL, EVE]) {
    await watchAs(phone, who, 0)
    await seen(phone)
  }
  await watchWatchers(alice)
  assert.equal(standing(await told(alice)).length, 3)
  await writeRules(agent, rule(one(BOB), 'allow') + rule(one(EVE), 'confirm'))
  const reports = [...standing(await told(alice))]
  if (reports.length < 2) reports.push(...standing(await told(alice)))
  assert.deepEqual(reports.sort(), [`${BOB} terminated approved`, `${CAROL} terminated rejected`])
  assert.deepEqual(await fetched(alice), [`${EVE} waiting timeout`])
})

test('RFC 4745 §7.4: a rule begins and ends with its period, without anybody doing anything', async (t) => {
  const { agent, phone } = await ruled(t, '')
  const time = (hours: number) => new Date(agent.clock.now() + hours * HOUR).toISOString()
  const period = `<validity><from>${time(1)}</from><until>${time(2)}</until></validity>`
  await writeRules(agent, rule('', 'confirm') + rule(period, 'allow'))
  await watchAs(phone, BOB, 7200)
  assert.equal((await seen(phone)).state, 'pending')
  await agent.advance(HOUR)
  assert.equal((await seen(phone)).state, 'active')
  await agent.advance(HOUR - 1000)
  await nothingMore(agent, phone)
  await agent.advance(999)
  await nothingMore(agent, phone)
  await agent.advance(1)
  assert.match((await seen(phone)).state, /pending|terminated/)
})

test('RFC 5025 §3.1.2: a publication that changes the sphere changes who is let in', async (t) => {
  const { alice, phone } = await ruled(
    t,
    rule('', 'confirm') + rule('<sphere value="work"/>', 'allow'),
  )
  const published = await alice.publish(pidf(ALICE, 'open', SPHERE('home')))
  await watchAs(phone, BOB)
  assert.equal((await seen(phone)).state, 'pending')
  const match = [`SIP-If-Match: ${published.header('sip-etag') ?? ''}`]
  const again = await alice.publish(pidf(ALICE, 'open', SPHERE('work')), match)
  assert.equal((await seen(phone)).state, 'active')
  await alice.publish(pidf(ALICE, 'open', SPHERE('home')))
  assert.equal((await seen(phone)).state, 'pending', 'two spheres that differ are none')
  assert.equal(again.status, 200)
})

test('aliases of one account are one watcher: a new alias that a rule names lets the account in', async (t) => {
  const { agent, phone } = await ruled(
    t,
    rule('', 'confirm') + rule(one('sip:302@example.com'), 'allow'),
  )
  await watchAs(phone, BOB)
  assert.equal((await seen(phone)).state, 'pending')
  await agent.addAccount('bob', { aliases: ['sip:302@example.com' as Aor] })
  assert.equal((await seen(phone)).state, 'active')
})

test('aliases of one account are one watcher: a new alias that a rule names answers who waits for it', async (t) => {
  const rules = rule('', 'confirm') + rule(one('sip:302@example.com'), 'allow')
  const { agent, alice, phone } = await ruled(t, rules)
  await watchAs(phone, BOB, 0)
  await seen(phone)
  assert.deepEqual(await fetched(alice), [`${BOB} waiting timeout`])
  await agent.addAccount('bob', { aliases: ['sip:302@example.com' as Aor] })
  await followed(agent)
  assert.deepEqual(await fetched(alice), [])
})

test('RFC 6665 §6.2: whoever watches somebody else hears nothing of a change of rules', async (t) => {
  const { agent, phone } = await ruled(t, '')
  await phone.subscribe('sip:carol@example.com', ['Expires: 600', assertedAs(EVE)])
  await seen(phone)
  await writeRules(agent, rule('', 'allow'))
  await followed(agent)
  await nothingMore(agent, phone)
})

test('RFC 3857 §4.6: who is shut out of the presence learns nothing of its watchers either, from then on', async (t) => {
  const { agent, phone } = await ruled(t, rule(one(BOB), 'allow'))
  const winfo = await phone.subscribe(ALICE, ['Expires: 600', assertedAs(BOB)], 'presence.winfo')
  assert.equal(winfo.response.status, 200)
  await seen(phone)
  await writeRules(agent, rule(one(BOB), 'block'))
  assert.equal((await seen(phone)).state, 'terminated;reason=rejected')
})

test('RFC 5025 §3.2.1: after a restart the rules are those of then: allowed, pending and refused', async (t) => {
  const { agent, alice, phone } = await ruled(t, rule('', 'confirm') + rule(one(BOB), 'allow'))
  await alice.publish(pidf(ALICE, 'open', MOOD))
  await watchAs(phone, BOB)
  await seen(phone)
  await agent.restart()
  await alice.publish(pidf(ALICE, 'open', '<note>later</note>'))
  const sight = await seen(phone)
  assert.deepEqual([sight.state, sight.body.includes('later')], ['active', true])
  assert.equal(await state(phone, EVE), 'pending')
})

test('RFC 5025 §3.2.1: who is shut out when the agent comes back is told so', async (t) => {
  let body: Buffer | undefined
  const { agent, phone } = await ruled(t, rule('', 'allow'), {
    documents: ({ documents }) => ({
      ...documents,
      async get(id) {
        const stored = await documents.get(id)
        return body && stored ? { ...stored, body } : stored
      },
    }),
  })
  await watchAs(phone, BOB)
  await seen(phone)
  await agent.restart(() => {
    body = Buffer.from(ruleset(rule(one(BOB), 'block')))
  })
  assert.equal((await seen(phone)).state, 'terminated;reason=rejected')
  assert.deepEqual(await storedSubscriptions(agent), [])
})

test('RFC 3857 §4.6: the presentity alone may learn who learns of her watchers', async (t) => {
  const { alice, phone } = await ruled(t, rule(one(BOB), 'allow'))
  const META = 'presence.winfo.winfo'
  const refused = await phone.subscribe(ALICE, ['Expires: 600', assertedAs(BOB)], META)
  assert.equal(refused.response.status, 403)
  await phone.subscribe(ALICE, ['Expires: 600', assertedAs(BOB)], 'presence.winfo')
  await phone.notify()
  await alice.subscribe(ALICE, ['Expires: 600'], META)
  assert.deepEqual(standing(await told(alice)), [`${BOB} active subscribe`])
  const deeper = await alice.subscribe(ALICE, ['Expires: 600'], `${META}.winfo`)
  assert.equal(deeper.response.status, 489)
})

async function state(phone: Phone, aor: string) {
  const sight = await fetchedBy(phone, aor)
  return sight === 403 ? 403 : sight.state
}

test('a change of rules reaches all 250 watchers of one presentity', async (t) => {
  const { agent } = await ruled(t, rule('', 'confirm'))
  const phone = await agent.phone('bob', { transport: 'TCP' })
  const COUNT = 250
  for (let watcher = 0; watcher < COUNT; watcher++) {
    await watchAs(phone, `sip:w${watcher}@elsewhere.example`)
    await seen(phone)
  }
  await writeRules(agent, rule('', 'allow'))
  for (let watcher = 0; watcher < COUNT; watcher++) {
    assert.equal((await seen(phone)).state, 'active')
  }
})

test('rules that change while they are being read are read again before anybody is let in', async (t) => {
  const gate = createGate()
  const { agent, phone } = await ruled(t, '', {
    documents: ({ documents }) => ({
      ...documents,
      async list(tree, auid) {
        const found = await documents.list(tree, auid)
        await gate.passed()
        return found
      },
    }),
  })
  await writeRules(agent, rule('', 'allow'))
  gate.close()
  const subscribed = watchAs(phone, EVE)
  await setTimeout(20)
  await writeRules(agent, rule('', 'confirm'))
  gate.open()
  assert.equal((await subscribed).response.status, 200)
  assert.equal((await seen(phone)).state, 'pending')
  await followed(agent)
  await nothingMore(agent, phone)
})

test('a subscription that was let in before a change and begins after it follows the change', async (t) => {
  const gate = createGate()
  const { agent, alice, phone } = await ruled(t, rule('', 'allow'), {
    eventState: ({ eventState }) => ({
      ...eventState,
      async write(writes) {
        await gate.passed()
        return eventState.write(writes)
      },
    }),
  })
  assert.equal(await state(phone, BOB), 'active', 'the rules are known now')
  gate.close()
  const published = alice.publish(pidf(ALICE, 'open'))
  await setTimeout(20)
  const subscribed = watchAs(phone, EVE)
  await setTimeout(20)
  await writeRules(agent, rule('', 'confirm') + rule(one(BOB), 'allow'))
  await setTimeout(20)
  gate.open()
  await published
  const { callId } = await subscribed
  const states: string[] = []
  for (let count = 0; count < 3; count++) {
    const notify = await phone.notify()
    if (notify.header('call-id') !== callId) continue
    states.push(notify.header('subscription-state')?.split(';')[0] ?? '')
  }
  assert.equal(states.at(-1), 'pending')
})
