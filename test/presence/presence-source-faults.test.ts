/** Watches through a gateway when there are many, when stores are slow or fail, and when whoever hears does odd things. */
import assert from 'node:assert/strict'
import test from 'node:test'
import type { PresenceSource, WatchStanding } from '../../core/model/presence-source.ts'
import { StoreUnavailable } from '../../core/model/store-unavailable.ts'
import type { Aor } from '../../core/uri/aor.ts'
import { startAgent } from './agent-harness.ts'
import { until } from './elsewhere.ts'
import { createGate } from './gate.ts'
import { pidf } from './phone.ts'
import { startBesideNeighbour, XDAVE } from './scripted-neighbour.ts'
import { ALICE } from './watched-alice.ts'
import { settled, watch, XBOB } from './xmpp-watcher.ts'

const open = [{ defaultPolicy: 'allow' as const }]
const crowd = (size: number) =>
  Array.from({ length: size }, (_, number) => `sip:b${number}@xmpp.example` as Aor)

test('a thousand watches of one person have her presence composed once, and told in one piece of text', async (t) => {
  let composed = 0
  const agent = await startAgent(t, {
    domains: open,
    documents: ({ documents }) => ({
      ...documents,
      currentIcon: (aor) => {
        composed++
        return documents.currentIcon(aor)
      },
    }),
  })
  const alice = await agent.phone('alice')
  const all = crowd(1_000).map((watcher) => watch(agent.source, { watcher }))
  await Promise.all(all.map((one) => one.next()))
  assert.equal(composed, 1)
  await alice.publish(pidf(ALICE, 'open'))
  const told = await Promise.all(all.map((one) => one.document()))
  assert.equal(composed, 2)
  assert.equal(new Set(told).size, 1)
  for (const one of all) one.close()
  await settled()
  await alice.publish(pidf(ALICE, 'closed'))
  await settled()
  assert.equal(composed, 2, 'nobody watches: nothing is composed')
})

test('limits: where there is no room a watch waits for it', async (t) => {
  const agent = await startAgent(t, {
    domains: open,
    agent: { limits: { subscriptionsPerWatcher: 1 } },
  })
  const first = watch(agent.source)
  await first.document()
  const second = watch(agent.source, { presentity: 'sip:carol@example.com' as Aor })
  const full = { state: 'terminated', reason: 'giveup', status: 503, isFinal: false }
  assert.deepEqual(await second.next(), full)
  await agent.advance(120_000)
  await settled()
  assert.equal(second.heard.length, 1, 'what stands as it stood is not told again')
  first.close()
  await settled()
  await agent.advance(120_000)
  await second.document()
})

const unavailable = () => Promise.reject(new StoreUnavailable('failed', 'no store'))

test('a store that cannot be asked is asked again, and nobody is refused meanwhile', async (t) => {
  let failing = true
  const agent = await startAgent(t, {
    domains: open,
    documents: ({ documents }) => ({
      ...documents,
      list: (tree, auid) => (failing ? unavailable() : documents.list(tree, auid)),
    }),
  })
  const bob = watch(agent.source)
  await settled()
  assert.equal(bob.heard.length, 0)
  failing = false
  await agent.advance(120_000)
  await bob.document()
})

test('what could not be composed is told later', async (t) => {
  let failing = false
  const agent = await startAgent(t, {
    domains: open,
    documents: ({ documents }) => ({
      ...documents,
      currentIcon: (aor) => (failing ? unavailable() : documents.currentIcon(aor)),
    }),
  })
  const alice = await agent.phone('alice')
  const bob = watch(agent.source)
  await bob.document()
  failing = true
  await alice.publish(pidf(ALICE, 'open'))
  await settled()
  failing = false
  await agent.advance(120_000)
  assert.match(await bob.document(), /open/)
})

test('of what changes while a document is being made the newest is told, and nothing old after it', async (t) => {
  const gate = createGate()
  const agent = await startAgent(t, {
    domains: open,
    documents: ({ documents }) => ({
      ...documents,
      async currentIcon(aor) {
        await gate.passed()
        return documents.currentIcon(aor)
      },
    }),
  })
  const alice = await agent.phone('alice')
  const bob = watch(agent.source)
  await bob.document()
  gate.close()
  const publish = async (note: string, headers: string[]) => {
    const answer = await alice.publish(pidf(ALICE, 'open', `<note>${note}</note>`), headers)
    return [`SIP-If-Match: ${answer.header('sip-etag') ?? ''}`]
  }
  await publish('two', await publish('one', []))
  gate.open()
  assert.match(await bob.document(), /two/)
  await settled()
  assert.equal(bob.heard.length, 2)
})

test('who has closed hears nothing, though a document was on its way', async (t) => {
  const gate = createGate()
  const agent = await startAgent(t, {
    domains: open,
    documents: ({ documents }) => ({
      ...documents,
      async currentIcon(aor) {
        await gate.passed()
        return documents.currentIcon(aor)
      },
    }),
  })
  gate.close()
  const bob = watch(agent.source)
  await settled()
  bob.close()
  gate.open()
  await settled()
  assert.deepEqual(bob.heard, [])
})

test('a fault in one who hears costs the others nothing, and he goes on hearing', async (t) => {
  const agent = await startAgent(t, { domains: open })
  const alice = await agent.phone('alice')
  let faults = 0
  agent.source.watch({ presentity: ALICE as Aor, watcher: XDAVE, since: 0 }, () => {
    faults++
    throw new Error('a fault')
  })
  const bob = watch(agent.source)
  await bob.document()
  await alice.publish(pidf(ALICE, 'open'))
  await bob.document()
  assert.equal(faults, 2)
})

test('who hears may close its watch and begin another in the middle of it', async (t) => {
  const agent = await startAgent(t, { domains: open })
  const alice = await agent.phone('alice')
  const heard: WatchStanding[] = []
  begin(agent.source, heard, 5)
  await until(() => heard.length === 5)
  await alice.publish(pidf(ALICE, 'open'))
  await settled()
  assert.equal(heard.length, 5)
})

function begin(source: PresenceSource, heard: WatchStanding[], times: number): void {
  const wanted = { presentity: ALICE as Aor, watcher: XBOB, since: 0 }
  const one = source.watch(wanted, (standing) => {
    heard.push(standing)
    one.close()
    if (times > 1) begin(source, heard, times - 1)
  })
}

test('people of XMPP do not watch each other by way of here', async (t) => {
  const { agent, neighbour } = await startBesideNeighbour(t)
  assert.equal(await agent.source.exists(XDAVE), 'nowhere')
  const bob = watch(agent.source, { presentity: XDAVE })
  assert.deepEqual(await bob.next(), {
    ...{ state: 'terminated', reason: 'noresource', status: 404, isFinal: true },
  })
  assert.deepEqual(neighbour.told, [])
})
