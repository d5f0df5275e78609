/** Members that share event state on PostgreSQL: who wins, who hears, who takes over. */
import assert from 'node:assert/strict'
import { after, test, type TestContext } from 'node:test'
import { newEntityTag } from '../../../core/model/entity-tag.ts'
import type { EventStateWrite, PublicationRecord } from '../../../core/model/event-state.ts'
import { isInstalled } from '../../setup/debian-tools.mjs'
import { createManualClock } from '../../support/manual-clock.ts'
import { alice, bob, publication, subscription } from '../contract/sample.ts'
import { startCluster } from './cluster.ts'
import { openMember, type Member } from './member.ts'

const skip = isInstalled('postgres') ? false : 'PostgreSQL is missing: apt-get install postgresql'
const cluster = skip === false ? await startCluster() : undefined
after(() => cluster?.stop())

async function members(t: TestContext, ...nodes: string[]): Promise<Member[]> {
  const url = cluster!.url(await cluster!.createDatabase())
  const clock = createManualClock()
  return Promise.all(nodes.map((node) => openMember(t, { url, node, clock })))
}

const lasting = (record: PublicationRecord): PublicationRecord => ({
  ...record,
  expiresAt: 1_800_000_000_000,
})

function modified(record: PublicationRecord, body: string): PublicationRecord {
  return { ...record, tag: newEntityTag(), body }
}

const put = (record: PublicationRecord, replaces?: PublicationRecord): EventStateWrite => ({
  put: 'publication',
  record,
  ...(replaces && { replaces: replaces.tag }),
})

test(
  'a publication that one member writes is told to another that follows it, and to nobody else',
  { skip },
  async (t) => {
    const [one, two, three] = (await members(t, 'one', 'two', 'three')) as [Member, Member, Member]
    const first = lasting(publication(alice))
    await one.eventState.write([put(first)])
    assert.deepEqual(await two.shared.follow(alice, 'presence'), [first])
    const second = modified(first, 'second')
    await one.eventState.write([put(second, first)])
    const told = await two.hears(
      (change) => change.kind === 'publication' && change.record?.body === 'second',
    )
    assert.deepEqual(told, {
      kind: 'publication',
      presentity: alice,
      eventPackage: 'presence',
      id: first.id,
      record: second,
    })
    await one.eventState.write([
      {
        remove: 'publication',
        presentity: alice,
        eventPackage: 'presence',
        id: first.id,
        replaces: second.tag,
      },
    ])
    await two.hears((change) => change.kind === 'publication' && !change.record)
    two.shared.unfollow(alice, 'presence')
    await one.eventState.write([put(lasting(publication(alice)))])
    await Promise.all([two.database.feed.caughtUp(), three.database.feed.caughtUp()])
    const isOfNew = two.heard.some((change) => 'id' in change && change.id !== first.id)
    assert.equal(isOfNew, false)
    assert.deepEqual([one.heard, three.heard], [[], []])
  },
)

test(
  'RFC 3903 §6: of two members that replace the same publication one alone succeeds',
  { skip },
  async (t) => {
    const [one, two] = (await members(t, 'one', 'two')) as [Member, Member]
    const people = Array.from({ length: 20 }, () => lasting(publication(bob)))
    await one.eventState.write(people.map((record) => put(record)))
    const current = new Map(people.map((record) => [record.id, record]))
    for (let round = 0; round < 5; round++) {
      const tried = [one, two].map(({ eventState }, index) =>
        people.map(async ({ id }) => {
          const before = current.get(id)!
          const next = modified(before, `${index} in round ${round}`)
          const lost = await eventState.write([put(next, before)])
          return lost.length === 0 ? next : undefined
        }),
      )
      const [ofOne, ofTwo] = await Promise.all(tried.map((all) => Promise.all(all)))
      for (const [index, { id }] of people.entries()) {
        const winners = [ofOne![index], ofTwo![index]].filter((record) => record !== undefined)
        assert.equal(winners.length, 1)
        current.set(id, winners[0]!)
      }
    }
    const stored = await two.shared.publicationsOf(bob, 'presence')
    const byId = (some: readonly PublicationRecord[]) =>
      [...some].sort((a, b) => (a.id < b.id ? -1 : 1))
    assert.deepEqual(byId(stored), byId([...current.values()]))
  },
)

test(
  'a publication that was removed is not brought back by who knew it before',
  { skip },
  async (t) => {
    const [one, two] = (await members(t, 'one', 'two')) as [Member, Member]
    const first = lasting(publication(alice))
    await one.eventState.write([put(first)])
    const remove = { remove: 'publication', presentity: alice, eventPackage: 'presence' } as const
    assert.deepEqual(
      await two.eventState.write([{ ...remove, id: first.id, replaces: first.tag }]),
      [],
    )
    const late = put(modified(first, 'late'), first)
    assert.deepEqual(await one.eventState.write([late]), [late])
    const again = { ...remove, id: first.id, replaces: first.tag }
    assert.deepEqual(await one.eventState.write([again]), [again])
    assert.deepEqual(await one.shared.publicationsOf(alice, 'presence'), [])
  },
)

test(
  'a subscription is taken over once, and who held it hears of it and can write it no more',
  { skip },
  async (t) => {
    const [one, two, three] = (await members(t, 'one', 'two', 'three')) as [Member, Member, Member]
    const held = { ...subscription('s1'), expiresAt: 1_800_000_000_000 }
    await one.eventState.write([{ put: 'subscription', record: held }])
    const known = await two.shared.watchersOf(held.presentity, held.eventPackage)
    assert.deepEqual(known, [{ ...held, holder: 'one' }])
    assert.deepEqual(await two.shared.adopt('s1'), held)
    assert.equal(await two.shared.adopt('s1'), undefined)
    assert.deepEqual(await one.hears(({ kind }) => kind === 'adopted'), {
      kind: 'adopted',
      id: 's1',
    })
    await one.eventState.write([{ put: 'subscription', record: { ...held, remoteCseq: 99 } }])
    await one.eventState.write([{ remove: 'subscription', id: 's1' }])
    const found = []
    for await (const record of two.eventState.subscriptions()) found.push(record)
    assert.deepEqual(found, [held])
    await three.database.feed.caughtUp()
    assert.equal(
      three.heard.some(({ kind }) => kind === 'adopted'),
      false,
    )
  },
)

test('watchers and bindings of one member are told to the others', { skip }, async (t) => {
  const [one, two] = (await members(t, 'one', 'two')) as [Member, Member]
  const record = {
    aor: alice,
    contact: 'sip:a',
    callId: 'c',
    cseq: 1,
    expiresAt: 1_800_000_000_000,
    parameters: '',
  }
  await one.eventState.write([
    { put: 'subscription', record: subscription('s1') },
    { put: 'binding', record },
  ])
  const { presentity, eventPackage } = subscription('s1')
  await two.hears((change) => change.kind === 'bindings' && change.aor === alice)
  const told = await two.hears(({ kind }) => kind === 'watchers')
  assert.deepEqual(told, { kind: 'watchers', presentity, eventPackage })
  assert.deepEqual(await two.shared.bindingsOf(alice), [record])
})

test(
  'every change of concurrent writers is told once, in order for each publication',
  { skip },
  async (t) => {
    const [one, two, reader] = (await members(t, 'one', 'two', 'reader')) as [
      Member,
      Member,
      Member,
    ]
    const seen: string[] = []
    const order = new Map<string, number[]>()
    reader.database.feed.subscribe({
      kinds: ['publication'],
      hear({ subject }) {
        seen.push((subject as string[])[2]!)
      },
      gap: () => assert.fail('nothing was missed'),
    })
    await reader.shared.follow(alice, 'presence')
    reader.shared.subscribe((change) => {
      if (change.kind !== 'publication' || !change.record) return
      order.set(change.id, [...(order.get(change.id) ?? []), Number(change.record.body)])
    })
    const writers = [one, two].flatMap(({ eventState }) =>
      Array.from({ length: 10 }, () => eventState),
    )
    await Promise.all(
      writers.map(async (eventState) => {
        let record = lasting(publication(alice, '0'))
        await eventState.write([put(record)])
        for (let round = 1; round < 20; round++) {
          const next = modified(record, String(round))
          assert.deepEqual(await eventState.write([put(next, record)]), [])
          record = next
        }
      }),
    )
    await reader.database.feed.caughtUp()
    assert.equal(seen.length, 20 * 20)
    for (const id of new Set(seen)) assert.equal(seen.filter((one) => one === id).length, 20)
    assert.equal(order.size, 20)
    for (const rounds of order.values()) {
      assert.deepEqual(
        rounds,
        [...rounds].sort((a, b) => a - b),
      )
      assert.equal(rounds.at(-1), 19)
    }
  },
)

test(
  'what a member that is gone has left is removed a while after its time',
  { skip },
  async (t) => {
    const url = cluster!.url(await cluster!.createDatabase())
    const clock = createManualClock()
    const gone = await openMember(t, { url, node: 'gone', clock })
    await gone.eventState.write([
      put({ ...publication(alice), expiresAt: clock.now() + 1_000 }),
      put({ ...publication(bob), expiresAt: clock.now() + 3_600_000 }),
      { put: 'subscription', record: { ...subscription('s1'), expiresAt: clock.now() + 1_000 } },
    ])
    await gone.close()
    const other = await openMember(t, { url, node: 'other', clock })
    const count = async () => {
      const text =
        'SELECT (SELECT count(*) FROM publication) AS left, (SELECT count(*) FROM subscription) AS held'
      const [row] = await other.database.read<{ left: number; held: number }>({ text })
      return [row!.left, row!.held]
    }
    assert.deepEqual(await count(), [2, 1])
    // Each time that somebody looks after the tables a minute has passed.
    while ((await count()).join() !== '1,0') {
      clock.advance(60_000)
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  },
)

test(
  'a second process with the name of a node that runs is refused; after it the name is free',
  { skip },
  async (t) => {
    const url = cluster!.url(await cluster!.createDatabase())
    const clock = createManualClock()
    const first = await openMember(t, { url, node: 'one', clock })
    assert.equal(first.database.afterCrash, false)
    await assert.rejects(
      openMember(t, { url, node: 'one', clock }),
      /another Visage bears the name one/,
    )
    await first.close()
    const second = await openMember(t, { url, node: 'one', clock })
    assert.equal(second.database.afterCrash, false)
  },
)
