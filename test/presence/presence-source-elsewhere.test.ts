/** XMPP people who watch people of another SIP domain: what its answers and NOTIFYs mean to the gateway. RFC 8048 §5.2, RFC 6665 §4.1. */
import assert from 'node:assert/strict'
import test, { type TestContext } from 'node:test'
import { PRES_RULES } from '../../core/model/document-id.ts'
import { silentLog } from '../../core/model/log.ts'
import type { WatchStanding } from '../../core/model/presence-source.ts'
import type { Aor } from '../../core/uri/aor.ts'
import { parseOutboundProxy } from '../../presence-agent/back-end/outbound-proxy.ts'
import type { PublishedPackage } from '../../presence-agent/event-package.ts'
import { RemoteWatch } from '../../presence-agent/neighbour/remote-watch.ts'
import { createWatchQueue } from '../../presence-agent/neighbour/watch-queue.ts'
import { Turns } from '../../presence-agent/turns.ts'
import { startAgent } from './agent-harness.ts'
import { PIDF, startElsewhere, until } from './elsewhere.ts'
import { store } from './list-reader.ts'
import { pidf } from './phone.ts'
import { one, rule, ruleset } from './ruled-alice.ts'
import { standing, told } from './watched-alice.ts'
import { settled, watch, XBOB } from './xmpp-watcher.ts'

const DAVE = 'sip:dave@elsewhere.example' as Aor

/** As far as a watch elsewhere needs it. */
const PRESENCE = {
  ...{ name: 'presence', contentType: 'application/pidf+xml' },
  readPublication: (text: string) =>
    text.startsWith('<') ? { state: text } : { problem: 'no document' },
} as PublishedPackage

type Options = Parameters<typeof startElsewhere>[1] & { readonly starts?: boolean }

async function watchElsewhere(t: TestContext, options: Options = {}) {
  const elsewhere = await startElsewhere(t, options)
  const log = silentLog
  const queue = createWatchQueue({ clock: elsewhere.clock, random: () => 0, log })
  t.after(() => {
    queue.stop()
  })
  const turns = new Turns({
    ...{ eventState: { write: () => Promise.resolve([]) }, turnDone: () => undefined },
    ...{ clock: elsewhere.clock, log },
  })
  if (options.starts !== false) turns.open()
  const parts = { backEnds: elsewhere.backEnds, presencePackage: PRESENCE, queue, turns, log }
  const watchDave = () =>
    watch({ watch: (wanted, hears) => new RemoteWatch(parts, wanted, hears) }, { presentity: DAVE })
  return { elsewhere, watchDave, turns }
}

const active = (document: string | undefined): WatchStanding => {
  return { state: 'active', document, handling: 'allow', showsIcon: true }
}

/*
 *  gateway       agent                 dave's server
 *   |--watch----->|--SUBSCRIBE, 3600------->|
 *   |             |<--202-------------------|  says nothing
 *   |             |<--NOTIFY pending--------|
 *   |<--pending---|                         |
 *   |             |<--NOTIFY active, PIDF---|
 *   |<--active----|                         |
 *   |--close----->|--SUBSCRIBE, 0---------->|
 */
test('RFC 8048 §5.2.1: a 202 says nothing, pending nothing yet, active shows what the NOTIFY brings', async (t) => {
  const { elsewhere, watchDave } = await watchElsewhere(t)
  const bob = watchDave()
  const subscribe = await elsewhere.subscribe()
  assert.equal(subscribe.startLine, `SUBSCRIBE ${DAVE} SIP/2.0`)
  assert.equal(subscribe.header('expires'), '3600')
  assert.equal(subscribe.header('p-asserted-identity'), `<${XBOB}>`)
  elsewhere.answer(subscribe, 202, ['Expires: 60'])
  await until(() => elsewhere.underWay() === 0)
  await settled()
  assert.equal(bob.heard.length, 0)
  await elsewhere.notify(subscribe, { cseq: 1, state: 'pending;expires=60', body: PIDF })
  assert.deepEqual(await bob.next(), { state: 'pending' })
  await elsewhere.notify(subscribe, { cseq: 2, state: 'active;expires=60', body: PIDF })
  assert.deepEqual(await bob.next(), active(PIDF))
  await elsewhere.notify(subscribe, { cseq: 3, state: 'active;expires=60', body: PIDF })
  await settled()
  assert.equal(bob.heard.length, 2, 'the same is not told again')
  bob.close()
  assert.equal((await elsewhere.subscribe()).header('expires'), '0')
})

test('RFC 8048 §5.2.2: refreshed when nine tenths of what was granted are over', async (t) => {
  const { elsewhere, watchDave } = await watchElsewhere(t)
  watchDave()
  const subscribe = await elsewhere.subscribe()
  elsewhere.answer(subscribe, 200, ['Expires: 60'])
  await elsewhere.notify(subscribe, { cseq: 1, state: 'active;expires=60', body: PIDF })
  await elsewhere.advance(53_999)
  assert.equal(elsewhere.underWay(), 0)
  await elsewhere.advance(1)
  assert.equal((await elsewhere.subscribe()).header('cseq'), '2 SUBSCRIBE')
})

test('RFC 8048 §5.2.1: an active NOTIFY without a body makes the state unknown; one that cannot be read changes nothing', async (t) => {
  const { elsewhere, watchDave } = await watchElsewhere(t)
  const bob = watchDave()
  const subscribe = await elsewhere.subscribe()
  const notify = (cseq: number, body: string) =>
    elsewhere.notify(subscribe, { cseq, state: 'active;expires=3600', body })
  await notify(1, PIDF)
  assert.deepEqual(await bob.next(), active(PIDF))
  await notify(2, 'rubbish')
  await settled()
  assert.equal(bob.heard.length, 1)
  await notify(3, '')
  assert.deepEqual(await bob.next(), active(undefined))
})

const FOR_GOOD: readonly [number, string, string[], string?][] = [
  [403, 'rejected', []],
  [489, 'noresource', []],
  [603, 'rejected', []],
  [404, 'noresource', []],
  [405, 'noresource', []],
  [501, 'noresource', []],
  [604, 'noresource', []],
  [410, 'noresource', []],
  [410, 'noresource', ['Contact: "Dave" <sip:dave@new.example>;q=1'], 'sip:dave@new.example'],
  [301, 'noresource', ['Contact: pres:d@new.example, <sip:e@new.example>'], 'sip:d@new.example'],
  [301, 'noresource', ['Contact: <http://new.example/>']],
]

for (const [status, reason, headers, contact] of FOR_GOOD) {
  test(`RFC 7247 §5: ${status} ${headers.join(' ')} is told, for good, and asked no more`, async (t) => {
    const { elsewhere, watchDave } = await watchElsewhere(t)
    const bob = watchDave()
    elsewhere.answer(await elsewhere.subscribe(), status, headers)
    const moved = contact === undefined ? {} : { contact }
    const end = { state: 'terminated', reason, status, isFinal: true, ...moved }
    assert.deepEqual(await bob.next(), end)
    await elsewhere.advance(86_400_000)
    assert.equal(elsewhere.underWay(), 0)
  })
}

for (const status of [408, 423, 480, 481, 486, 500, 503, 504, 600]) {
  test(`RFC 8048 §5.2.2: ${status} is transient: the watch stays, and is asked for again after a minute`, async (t) => {
    const { elsewhere, watchDave } = await watchElsewhere(t)
    const bob = watchDave()
    elsewhere.answer(await elsewhere.subscribe(), status)
    assert.deepEqual(await bob.next(), {
      ...{ state: 'terminated', reason: 'probation', status, isFinal: false },
    })
    for (let failure = 1; failure < 4; failure++) {
      await elsewhere.advance(59_999)
      assert.equal(elsewhere.underWay(), 0)
      await elsewhere.advance(1)
      const again = await elsewhere.subscribe()
      if (failure < 3) elsewhere.answer(again, status)
      else await elsewhere.notify(again, { cseq: 1, state: 'active;expires=600', body: PIDF })
      await until(() => failure === 3 || elsewhere.underWay() === 0)
    }
    assert.deepEqual(await bob.next(), active(PIDF))
  })
}

test('RFC 3261 §21.4.17: 423 is asked again at once with its Min-Expires', async (t) => {
  const { elsewhere, watchDave } = await watchElsewhere(t)
  const bob = watchDave()
  elsewhere.answer(await elsewhere.subscribe(), 423, ['Min-Expires: 7200'])
  const again = await elsewhere.subscribe()
  assert.equal(again.header('expires'), '7200')
  await elsewhere.notify(again, { cseq: 1, state: 'active;expires=7200', body: PIDF })
  assert.deepEqual(await bob.next(), active(PIDF))
})

test('RFC 3261 §8.1.3.1: silence is a 408, and tried again', async (t) => {
  const { elsewhere, watchDave } = await watchElsewhere(t)
  const bob = watchDave()
  await elsewhere.subscribe()
  await elsewhere.advance(32_000)
  assert.deepEqual(await bob.next(), {
    ...{ state: 'terminated', reason: 'probation', status: 408, isFinal: false },
  })
})

const ENDS: readonly [string, boolean, number | undefined][] = [
  ['rejected', true, undefined],
  ['noresource', true, undefined],
  ['invariant', true, undefined],
  ['probation;retry-after=300', false, 300_000],
  ['giveup', false, 60_000],
  ['giveup;retry-after=90', false, 90_000],
]

for (const [parameters, isFinal, pause] of ENDS) {
  const [reason = ''] = parameters.split(';')
  test(`RFC 6665 §4.1.3: terminated;reason=${parameters} ${isFinal ? 'is for good' : 'is tried again'}`, async (t) => {
    const { elsewhere, watchDave } = await watchElsewhere(t)
    const bob = watchDave()
    const subscribe = await elsewhere.subscribe()
    await elsewhere.notify(subscribe, { cseq: 1, state: 'active;expires=3600', body: PIDF })
    await bob.next()
    const state = `terminated;reason=${parameters}`
    await elsewhere.notify(subscribe, { cseq: 2, state })
    assert.deepEqual(await bob.next(), { state: 'terminated', reason, isFinal })
    await elsewhere.advance((pause ?? 86_400_000) - 1)
    assert.equal(elsewhere.underWay(), 0)
    if (pause === undefined) return
    await elsewhere.advance(1)
    await elsewhere.subscribe()
  })
}

for (const reason of ['deactivated', 'timeout']) {
  test(`RFC 6665 §4.1.3: terminated;reason=${reason} is subscribed anew at once, and nothing is told of it`, async (t) => {
    const { elsewhere, watchDave } = await watchElsewhere(t)
    const bob = watchDave()
    const subscribe = await elsewhere.subscribe()
    await elsewhere.notify(subscribe, { cseq: 1, state: 'active;expires=3600', body: PIDF })
    await bob.next()
    await elsewhere.advance(60_000)
    await elsewhere.notify(subscribe, { cseq: 2, state: `terminated;reason=${reason}` })
    await elsewhere.subscribe()
    await settled()
    assert.equal(bob.heard.length, 1)
  })
}

test('what fails for now and then for good is told as both', async (t) => {
  const { elsewhere, watchDave } = await watchElsewhere(t)
  const bob = watchDave()
  elsewhere.answer(await elsewhere.subscribe(), 503)
  await bob.next()
  await elsewhere.advance(60_000)
  elsewhere.answer(await elsewhere.subscribe(), 403)
  const end = await bob.next()
  assert.ok(end.state === 'terminated' && end.isFinal && end.status === 403)
})

test('nobody elsewhere is asked before the agent has started, nor for a watch that was closed by then', async (t) => {
  const { elsewhere, watchDave, turns } = await watchElsewhere(t, { starts: false })
  watchDave().close()
  watchDave()
  await settled()
  assert.equal(elsewhere.underWay(), 0)
  turns.open()
  await elsewhere.subscribe()
  assert.equal(elsewhere.underWay(), 1)
})

test('a watch that has ended is closed without a word', async (t) => {
  const { elsewhere, watchDave } = await watchElsewhere(t)
  const bob = watchDave()
  const subscribe = await elsewhere.subscribe()
  await elsewhere.notify(subscribe, { cseq: 1, state: 'active;expires=3600', body: PIDF })
  await elsewhere.notify(subscribe, { cseq: 2, state: 'terminated;reason=rejected' })
  await until(() => bob.heard.some(({ state }) => state === 'terminated'))
  elsewhere.answer(subscribe, 200)
  await until(() => elsewhere.underWay() === 0)
  bob.close()
  await settled()
  assert.equal(elsewhere.underWay(), 0)
})

test('limits: without room among the subscriptions elsewhere a watch waits for it', async (t) => {
  const limits = { backEndSubscriptions: 1, backEndRequests: 1 }
  const { elsewhere, watchDave } = await watchElsewhere(t, { limits })
  const first = watchDave()
  const second = watchDave()
  const full = { state: 'terminated', reason: 'giveup', status: 503, isFinal: false }
  assert.deepEqual(await second.next(), full)
  elsewhere.answer(await elsewhere.subscribe(), 404)
  await first.next()
  await elsewhere.advance(60_000)
  const subscribe = await elsewhere.subscribe()
  await elsewhere.notify(subscribe, { cseq: 1, state: 'active;expires=3600', body: PIDF })
  assert.deepEqual(await second.next(), active(PIDF))
})

/*
 *  gateway       agent            dallas           ed
 *   |--watch----->|--SUBSCRIBE---->|                |  in bob's name; no rules: confirm
 *   |             |<--NOTIFY-------|                |
 *   |<--pending---|                |<----rules------|  allow
 *   |             |<--NOTIFY-------|                |
 *   |<--active----|                |<----PUBLISH----|
 *   |<--active----|<--NOTIFY-------|                |
 *   |--close----->|--Expires: 0--->|                |
 */
test('RFC 8048 §5.2: between two servers of ours the other one decides, and knows who watches', async (t) => {
  const ed = 'sip:ed@dallas.example.net' as Aor
  const dallas = await startAgent(t, { trusted: true, domains: [{ name: 'dallas.example.net' }] })
  await dallas.store.accounts.put({ aor: ed, aliases: [], credentials: [] })
  const proxy = parseOutboundProxy(`sip:127.0.0.1:${dallas.ports.UDP}`)
  assert.ok(proxy)
  const agent = await startAgent(t, { agent: { outbound: { proxy } } })
  assert.equal(await agent.source.exists(ed), 'elsewhere')
  const bob = watch(agent.source, { presentity: ed })
  assert.deepEqual(await bob.next(), { state: 'pending' })
  await store(dallas, PRES_RULES, ruleset(rule(one(XBOB), 'allow')), ed)
  assert.doesNotMatch(await bob.document(), /open/)
  const phone = await dallas.phone('ed', { domain: 'dallas.example.net' })
  await phone.publish(pidf(ed, 'open'))
  assert.match(await bob.document(), /open/)
  const watching = async () => {
    await phone.subscribe(ed, ['Expires: 0'], 'presence.winfo')
    return standing(await told(phone))
  }
  assert.deepEqual(await watching(), [`${XBOB} active approved`])
  bob.close()
  for (let turn = 0; (await watching()).length > 0; turn++) assert.ok(turn < 20)
})

test('RFC 8048 §5.2: without a way to other domains nobody is there', async (t) => {
  const agent = await startAgent(t)
  assert.equal(await agent.source.exists(DAVE), 'nowhere')
  const end = await watch(agent.source, { presentity: DAVE }).next()
  assert.ok(end.state === 'terminated' && end.isFinal && end.status === 404)
})
