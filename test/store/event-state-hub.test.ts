/** Members on one Level store fulfil the contract of shared event state. */
import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { silentLog } from '../../core/model/log.ts'
import type { EventStateHub } from '../../core/store/event-state-hub.ts'
import { openLevelStore } from '../../core/store/level-store.ts'
import { createManualClock } from '../support/manual-clock.ts'
import { alice, bob, publication, subscription } from './contract/sample.ts'
import { sharedEventStateContract } from './contract/shared-event-state-contract.ts'

const HOMES = {
  ofPresentity: (presentity: string) => (presentity === alice ? 'a' : 'b'),
  ofSubscription: (id: string) => (id.startsWith('a') ? 'a' : 'b'),
}

async function openHub(t: TestContext) {
  const folder = await mkdtemp(join(tmpdir(), 'visage-hub-'))
  const clock = createManualClock()
  const open = () => openLevelStore({ folder, clock, log: silentLog })
  let store = await open()
  t.after(async () => {
    await store.close()
    await rm(folder, { recursive: true })
  })
  return {
    clock,
    hub: await store.shareEventState(HOMES),
    async restart(): Promise<EventStateHub> {
      await store.close()
      store = await open()
      return store.shareEventState(HOMES)
    },
  }
}

sharedEventStateContract(async (t) => {
  const { clock, hub } = await openHub(t)
  return { now: () => clock.now(), member: (name) => Promise.resolve(hub.member(name)) }
})

async function all<T>(records: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = []
  for await (const record of records) found.push(record)
  return found
}

test('after a restart of all everybody looks after what is at home there', async (t) => {
  const opened = await openHub(t)
  const { hub } = opened
  const [hers, his] = [publication(alice), publication(bob)]
  const contact = { callId: 'c', cseq: 1, expiresAt: 9, parameters: '', contact: 'sip:x' }
  const bindings = [alice, bob].map((aor) => ({ aor, ...contact }))
  await hub
    .member('b')
    .write([
      { put: 'publication', record: hers },
      { put: 'publication', record: his },
      { put: 'subscription', record: subscription('a1') },
      { put: 'subscription', record: subscription('b1') },
      ...bindings.map((record) => ({ put: 'binding', record }) as const),
    ])
  const again = await opened.restart()
  const [a, b] = [again.member('a'), again.member('b')]
  assert.deepEqual(await all(a.publications()), [hers])
  assert.deepEqual(await all(b.publications()), [his])
  assert.deepEqual(await all(a.subscriptions()), [subscription('a1')])
  assert.deepEqual(await all(b.subscriptions()), [subscription('b1')])
  assert.deepEqual(await all(a.bindings()), bindings.slice(0, 1))
  assert.deepEqual(await all(b.bindings()), bindings.slice(1))
})

test('a member that comes back finds what it wrote last, and hears what it follows then', async (t) => {
  const { hub } = await openHub(t)
  const [first, other] = [hub.member('a'), hub.member('b')]
  const record = publication(bob)
  await first.write([{ put: 'publication', record }])
  const heard: unknown[] = []
  first.shared.subscribe((change) => heard.push(change))
  await first.shared.follow(bob, 'presence')
  const again = hub.member('a')
  assert.deepEqual(await all(again.publications()), [record])
  await other.write([{ put: 'publication', record: publication(bob) }])
  assert.deepEqual(heard, [], 'who has died hears nothing')
})
