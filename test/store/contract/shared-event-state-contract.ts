/** Contract of an event state store that several members write to: what each hears of the others, and who wins. RFC 3903 §6. */
import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { newEntityTag } from '../../../core/model/entity-tag.ts'
import type {
  BindingRecord,
  EventStateWrite,
  PublicationRecord,
  SubscriptionRecord,
} from '../../../core/model/event-state.ts'
import type { SharedChange, SharedEventState } from '../../../core/model/shared-event-state.ts'
import type { EventStateStore } from '../../../core/model/stores.ts'
import { alice, bob, publication, subscription } from './sample.ts'

type SharedStore = EventStateStore & { readonly shared: SharedEventState }

interface MembersUnderTest {
  /** Of the clock that decides what is over. */
  now(): number
  /** The member of that name; it joins when it is asked for first. */
  member(name: 'a' | 'b' | 'c'): Promise<SharedStore>
}

/** Opens an empty store without members, and removes it when the test ends. */
export type OpenMembers = (t: TestContext) => Promise<MembersUnderTest>

const MINUTE = 60_000

export function sharedEventStateContract(open: OpenMembers): void {
  async function members(t: TestContext) {
    const under = await open(t)
    const [a, b] = [await under.member('a'), await under.member('b')]
    const lasting = { publishedAt: under.now(), expiresAt: under.now() + MINUTE }
    const published = (presentity = alice) => ({ ...publication(presentity), ...lasting })
    const held = (id: string) => ({ ...subscription(id), expiresAt: lasting.expiresAt })
    return { under, a, b, published, held }
  }

  test('who follows a presentity gets what others have published, and hears what they publish then', async (t) => {
    const { a, b, published } = await members(t)
    const [first, second] = [published(), published()]
    await a.write([put(first)])
    assert.deepEqual(await b.shared.follow(alice, 'presence'), [first])
    const heard = hearing(b)
    await a.write([put(second)])
    await heard.until(({ length }) => length === 1)
    assert.deepEqual(heard.changes, [told(second)])
  })

  test('what another member refreshes and removes is heard in this order', async (t) => {
    const { a, b, published } = await members(t)
    await b.shared.follow(alice, 'presence')
    const heard = hearing(b)
    const first = published()
    const second = { ...first, tag: newEntityTag() }
    await a.write([put(first)])
    await a.write([put(second, first)])
    await a.write([remove(second)])
    await heard.until((changes) => changes.some((one) => isRemoval(one, first.id)))
    assert.ok(isRemoval(heard.changes.at(-1), first.id), 'the removal comes last')
    assert.deepEqual(await b.shared.publicationsOf(alice, 'presence'), [])
  })

  test('nobody hears of what is not followed, of what is followed no more, nor of own writes', async (t) => {
    const { a, b, published } = await members(t)
    await b.shared.follow(alice, 'presence')
    await b.shared.follow(bob, 'presence')
    b.shared.unfollow(alice, 'presence')
    const heard = hearing(b)
    await a.write([put(published(alice))])
    await b.write([put(published(bob))])
    const last = published(bob)
    await a.write([put(last)])
    await heard.until(({ length }) => length > 0)
    assert.deepEqual(heard.changes, [told(last)])
  })

  test('what is over is not among what was published', async (t) => {
    const { under, a, b, published } = await members(t)
    const over = { ...published(), expiresAt: under.now() - 1 }
    await a.write([put(over)])
    assert.deepEqual(await b.shared.publicationsOf(alice, 'presence'), [])
    assert.deepEqual(await b.shared.follow(alice, 'presence'), [])
  })

  test('RFC 3903 §6: of two members that modify one publication the later one is told so, and changes nothing', async (t) => {
    const { a, b, published } = await members(t)
    const first = published()
    await a.write([put(first)])
    const [left, right] = [modified(first), modified(first)]
    assert.deepEqual(await a.write([put(left, first)]), [])
    const late = put(right, first)
    const lost = await b.write([late])
    assert.equal(lost.length, 1)
    assert.equal(lost[0], late, 'it is the very write')
    assert.deepEqual(await b.shared.publicationsOf(alice, 'presence'), [left])
    assert.deepEqual(await b.write([put(modified(left), left)]), [])
  })

  test('what is lost leaves the rest of its batch as it is', async (t) => {
    const { a, b, published, held } = await members(t)
    const [first, other] = [published(), published(bob)]
    await a.write([put(first)])
    await a.write([put(modified(first), first)])
    const late = remove(first)
    const lost = await b.write([put(other), late, { put: 'subscription', record: held('s1') }])
    assert.deepEqual(lost, [late])
    assert.deepEqual(await a.shared.publicationsOf(bob, 'presence'), [other])
    assert.deepEqual(await all(b.subscriptions()), [held('s1')])
  })

  test('a publication that is gone can be neither modified nor removed', async (t) => {
    const { a, b, published } = await members(t)
    const first = published()
    await a.write([put(first)])
    await b.write([remove(first)])
    const writes = [put(modified(first), first), remove(first)]
    assert.deepEqual(await a.write(writes), writes)
    assert.deepEqual(await a.shared.publicationsOf(alice, 'presence'), [])
  })

  test('requests of one turn build on each other: each replaces what the one before it stored', async (t) => {
    const { a, b, published } = await members(t)
    const first = published()
    const second = modified(first)
    const third = modified(second)
    assert.deepEqual(await a.write([put(first), put(second, first), put(third, second)]), [])
    assert.deepEqual(await b.shared.publicationsOf(alice, 'presence'), [third])
    assert.deepEqual(await a.write([put(modified(third), third), remove(first)]).then(counted), 1)
  })

  test('compare-and-swap from two members at once never loses an update', async (t) => {
    const { a, b, published } = await members(t)
    const first = { ...published(), body: '' }
    await a.write([put(first)])
    const rounds = 20
    await Promise.all([appendAll(a, 'a', rounds), appendAll(b, 'b', rounds)])
    const [last] = await a.shared.publicationsOf(alice, 'presence')
    assert.equal(last!.body.replaceAll('b', '').length, rounds, 'marks of a')
    assert.equal(last!.body.replaceAll('a', '').length, rounds, 'marks of b')
  })

  test('a member looks after what it wrote last', async (t) => {
    const { a, b, published } = await members(t)
    const [kept, taken] = [published(), published(bob)]
    await a.write([put(kept), put(taken)])
    const now = modified(taken)
    await b.write([put(now, taken)])
    assert.deepEqual(await all(a.publications()), [kept])
    assert.deepEqual(await all(b.publications()), [now])
  })

  test('subscriptions of other members are known to all by their holder, one’s own and those that are over are not among them', async (t) => {
    const { under, a, b, held } = await members(t)
    const over = { ...held('s3'), expiresAt: under.now() - 1 }
    const waiting = { ...over, id: 's4', localTag: 's4', waitingUntil: under.now() + MINUTE }
    await a.write([keep(held('s1')), keep(over), keep(waiting)])
    await b.write([keep(held('s2'))])
    const others = [...(await b.shared.watchersOf(alice, 'presence'))]
    const heldByA = [held('s1'), waiting].map((one) => ({ ...one, holder: 'a' }))
    assert.deepEqual(others.sort(byId), heldByA)
    const heldByB = [{ ...held('s2'), holder: 'b' }]
    assert.deepEqual(await a.shared.watchersOf(alice, 'presence'), heldByB)
    assert.deepEqual(await a.shared.watchersOf(bob, 'presence'), [])
    assert.deepEqual(await all(b.subscriptions()), [held('s2')])
  })

  test('who follows hears that another member has watchers, and has them no more', async (t) => {
    const { a, b, held } = await members(t)
    await b.shared.follow(alice, 'presence')
    const heard = hearing(b)
    const change = { kind: 'watchers', presentity: alice, eventPackage: 'presence' } as const
    await a.write([keep(held('s1'))])
    await heard.until(({ length }) => length === 1)
    await a.write([{ remove: 'subscription', id: 's1' }])
    await heard.until(({ length }) => length === 2)
    assert.deepEqual(heard.changes, [change, change])
  })

  test('a subscription is adopted once, and who held it hears so and writes it no more', async (t) => {
    const { a, b, held } = await members(t)
    await a.write([keep(held('s1'))])
    const heard = hearing(a)
    assert.deepEqual(await b.shared.adopt('s1'), held('s1'))
    await heard.until(({ length }) => length === 1)
    assert.deepEqual(heard.changes, [{ kind: 'adopted', id: 's1' }])
    const refreshed = { ...held('s1'), cseqReserved: 2_000 }
    await b.write([keep(refreshed)])
    await a.write([keep({ ...held('s1'), cseqReserved: 9 })])
    await a.write([{ remove: 'subscription', id: 's1' }])
    assert.deepEqual(await all(b.subscriptions()), [refreshed])
    assert.deepEqual(await all(a.subscriptions()), [])
  })

  test('what nobody holds cannot be adopted', async (t) => {
    const { a, b, held } = await members(t)
    assert.equal(await b.shared.adopt('s1'), undefined)
    await a.write([keep(held('s1'))])
    await a.write([{ remove: 'subscription', id: 's1' }])
    assert.equal(await b.shared.adopt('s1'), undefined)
  })

  test('a subscription that was adopted back is its first holder’s again', async (t) => {
    const { a, b, held } = await members(t)
    await a.write([keep(held('s1'))])
    await b.shared.adopt('s1')
    assert.deepEqual(await a.shared.adopt('s1'), held('s1'))
    await a.write([keep({ ...held('s1'), remoteCseq: 6 })])
    const [mine] = await all(a.subscriptions())
    assert.equal(mine?.remoteCseq, 6)
  })

  test('RFC 3261 §10.3: other contacts of an address that two members register at once are both there', async (t) => {
    const { under, a, b } = await members(t)
    const contacts = ['sip:alice@192.0.2.1', 'sip:alice@192.0.2.2']
    const [one, other] = contacts.map((uri) => binding(uri, under.now() + MINUTE))
    const writes = [one, other].map((record) => [{ put: 'binding', record: record! } as const])
    await Promise.all([a.write(writes[0]!), b.write(writes[1]!)])
    const kept = await a.shared.bindingsOf(alice)
    assert.deepEqual(kept.map(({ contact }) => contact).sort(), contacts)
  })

  test('bindings of an address are known to all, and a change is heard', async (t) => {
    const { under, a, b } = await members(t)
    const heard = hearing(b)
    const contact = binding('sip:alice@192.0.2.1', under.now() + MINUTE)
    await a.write([{ put: 'binding', record: contact }])
    await heard.until(({ length }) => length === 1)
    assert.deepEqual(heard.changes, [{ kind: 'bindings', aor: alice }])
    assert.deepEqual(await b.shared.bindingsOf(alice), [contact])
    await b.write([{ remove: 'binding', aor: alice, contact: contact.contact }])
    assert.deepEqual(await a.shared.bindingsOf(alice), [])
  })

  test('who joins later sees what is there, and what is written then', async (t) => {
    const { under, a, published } = await members(t)
    const first = published()
    await a.write([put(first)])
    const c = await under.member('c')
    assert.deepEqual(await c.shared.follow(alice, 'presence'), [first])
    const heard = hearing(c)
    const second = modified(first)
    await a.write([put(second, first)])
    await heard.until(({ length }) => length === 1)
    assert.deepEqual(heard.changes, [told(second)])
  })
}

async function all<T>(records: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = []
  for await (const record of records) found.push(record)
  return found
}

function counted({ length }: readonly unknown[]): number {
  return length
}

function byId(one: SubscriptionRecord, other: SubscriptionRecord): number {
  return one.id < other.id ? -1 : 1
}

function put(record: PublicationRecord, replaced?: PublicationRecord): EventStateWrite {
  return { put: 'publication', record, ...(replaced ? { replaces: replaced.tag } : {}) }
}

function remove({ presentity, eventPackage, id, tag }: PublicationRecord): EventStateWrite {
  return { remove: 'publication', presentity, eventPackage, id, replaces: tag }
}

function keep(record: SubscriptionRecord): EventStateWrite {
  return { put: 'subscription', record }
}

function modified(record: PublicationRecord): PublicationRecord {
  return { ...record, tag: newEntityTag() }
}

function told(record: PublicationRecord): SharedChange {
  const { presentity, eventPackage, id } = record
  return { kind: 'publication', presentity, eventPackage, id, record }
}

function isRemoval(change: SharedChange | undefined, id: string): boolean {
  return change?.kind === 'publication' && change.id === id && change.record === undefined
}

function binding(contact: string, expiresAt: number): BindingRecord {
  return { aor: alice, contact, callId: 'c', cseq: 1, expiresAt, parameters: ';ob' }
}

/** Adds its mark so many times, each time to what is stored then. */
async function appendAll(member: SharedStore, mark: string, rounds: number) {
  for (let done = 0; done < rounds;) {
    const [current] = await member.shared.publicationsOf(alice, 'presence')
    const next = { ...modified(current!), body: current!.body + mark }
    if ((await member.write([put(next, current)])).length === 0) done++
  }
}

const PATIENCE = 5_000

function hearing({ shared }: SharedStore) {
  const changes: SharedChange[] = []
  shared.subscribe((change) => changes.push(change))
  return {
    changes,
    async until(isDone: (changes: readonly SharedChange[]) => boolean): Promise<void> {
      const end = Date.now() + PATIENCE
      while (!isDone(changes)) {
        assert.ok(Date.now() < end, `heard only ${JSON.stringify(changes)}`)
        await sleep(1)
      }
    },
  }
}
