/** Two gateways face to face, each the XMPP server of the other's contacts: whatever happens, they fall silent. RFC 6121 §3. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { PresenceSource, WatchStanding } from '../../core/model/presence-source.ts'
import { attributeOf } from '../../core/documents/xml-element.ts'
import { parseAor, type Aor } from '../../core/uri/aor.ts'
import { readStanzaError } from '../../xmpp-gateway/error-stanza.ts'
import type { PresenceType } from '../../xmpp-gateway/streams.ts'
import { createSeededRandom } from '../support/seeded-random.ts'
import { ACTIVE, createPairsDesk, REJECTED, relation, turns, type PairsDesk } from './pairs-desk.ts'

const alice = parseAor('sip:alice@a.example')!
const bob = parseAor('sip:bob@b.example')!
const ALICE = 'alice@a.example'
const BOB = 'bob@b.example'

/** Says of everybody at once that they may, or may not. */
function decidedSource(decision: WatchStanding): PresenceSource {
  return {
    watch(_, hears) {
      let isOpen = true
      queueMicrotask(() => {
        if (isOpen) hears(decision)
      })
      return { close: () => void (isOpen = false) }
    },
    publish: () => undefined,
    reconsider: () => undefined,
    exists: () => 'elsewhere',
  }
}

async function gateway(
  own: string,
  other: string,
  decision: WatchStanding = ACTIVE,
): Promise<PairsDesk> {
  return createPairsDesk({
    ...{ userDomains: [own], contactDomains: [other], isOurs: () => false },
    ...{ subscribeBack: true, source: decidedSource(decision) },
  })
}

/** Carries stanzas between the two until both are silent; how many there were. */
async function carry(a: PairsDesk, b: PairsDesk, most: number): Promise<number> {
  let carried = 0
  for (;;) {
    await turns()
    const passing = [a, b].map(({ streams }) => streams.takeStanzas())
    const count = passing[0]!.length + passing[1]!.length
    if (count === 0) return carried
    carried += count
    assert.ok(carried <= most, `more than ${most} stanzas`)
    for (const [at, to] of [b, a].entries()) {
      for (const element of passing[at]!) {
        const [type, from, whom, id] = ['type', 'from', 'to', 'id'].map((name) =>
          attributeOf(element, name),
        )
        const condition = type === 'error' ? readStanzaError(element).condition : undefined
        to.receive(type as PresenceType, from!, whom!, id, condition)
      }
    }
  }
}

const relations = (a: PairsDesk, b: PairsDesk) => [
  relation(a.control.pairs.find(alice, bob)?.record),
  relation(b.control.pairs.find(bob, alice)?.record),
]

test('RFC 6121 §3.1: one request ends in both, when whoever is asked asks in return', async () => {
  const [a, b] = [await gateway('a.example', 'b.example'), await gateway('b.example', 'a.example')]
  a.control.ask(alice, bob, 'asks')
  // subscribe, subscribed, subscribe, subscribed, and a probe of each.
  assert.equal(await carry(a, b, 6), 6)
  assert.deepEqual(relations(a, b), ['granted/granted', 'granted/granted'])
})

test('RFC 6121 §3.1: requests that cross end in both', async () => {
  const [a, b] = [await gateway('a.example', 'b.example'), await gateway('b.example', 'a.example')]
  a.control.ask(alice, bob, 'insists')
  b.control.ask(bob, alice, 'insists')
  assert.equal(await carry(a, b, 6), 6)
  assert.deepEqual(relations(a, b), ['granted/granted', 'granted/granted'])
})

test('RFC 6121 §3.3: who removes the other ends both directions on both sides', async () => {
  const [a, b] = [await gateway('a.example', 'b.example'), await gateway('b.example', 'a.example')]
  a.control.ask(alice, bob, 'insists')
  await carry(a, b, 6)
  a.control.remove(alice, bob)
  await carry(a, b, 8)
  assert.deepEqual(relations(a, b), ['strangers', 'refused/none'])
})

test('a refusal of each is no storm', async () => {
  const [a, b] = [
    await gateway('a.example', 'b.example', REJECTED),
    await gateway('b.example', 'a.example', REJECTED),
  ]
  a.control.ask(alice, bob, 'insists')
  b.control.ask(bob, alice, 'insists')
  assert.equal(await carry(a, b, 4), 4)
  assert.deepEqual(relations(a, b), ['refused/refused', 'refused/refused'])
})

const TYPES: readonly PresenceType[] = [
  'subscribe',
  'subscribed',
  'unsubscribe',
  'unsubscribed',
  'probe',
  'error',
]

for (const seed of [1, 2, 3, 4, 5, 6, 7, 8]) {
  test(`whatever stanzas come in whatever order (seed ${seed}), few are sent for each, and then none`, async () => {
    const { pick, chance } = createSeededRandom(seed)
    const decisions = [ACTIVE, REJECTED]
    const a = await gateway('a.example', 'b.example', pick(decisions))
    const b = await gateway('b.example', 'a.example', pick(decisions))
    for (let event = 0; event < 60; event++) {
      const [at, own, ownJid, other, otherJid] = pick<
        readonly [PairsDesk, Aor, string, Aor, string]
      >([
        [a, alice, ALICE, bob, BOB],
        [b, bob, BOB, alice, ALICE],
      ])
      pick([
        () => void at.control.ask(own, other, pick(['asks', 'insists'] as const)),
        () => {
          at.control.remove(own, other)
        },
        () => {
          at.receive(pick(TYPES), otherJid, ownJid, pick([undefined, 'subscribe']), 'forbidden')
        },
        () => {
          at.streams.setOnline(own.slice(own.indexOf('@') + 1), true)
        },
      ])()
      if (chance(0.7)) await carry(a, b, 16)
      a.clock.advance(1_000)
      b.clock.advance(1_000)
    }
    await carry(a, b, 40)
  })
}
