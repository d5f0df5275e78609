/** Contract of a neighbour store. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ContactPair } from '../../../core/model/contact-pair.ts'
import type { PairWrite } from '../../../core/model/stores.ts'
import type { Aor } from '../../../core/uri/aor.ts'
import { alice, bob } from './sample.ts'
import type { OpenStore } from './store-under-test.ts'

const carol = 'sip:carol@xmpp.example.net' as Aor
const dave = 'sip:dave@xmpp.example.net' as Aor

function pair(user: Aor, contact: Aor, toSince = 1): ContactPair {
  return { user, contact, to: 'granted', from: 'asked', toSince, fromSince: 2 }
}

async function all<T>(records: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = []
  for await (const record of records) found.push(record)
  return found
}

export function neighbourContract(open: OpenStore): void {
  test('pairs survive a restart as they were written', async (t) => {
    const under = await open(t)
    const written = [pair(alice, carol), pair(alice, dave), pair(bob, carol)]
    await under.stores().neighbours.writePairs(written.map((put) => ({ put })))
    const { neighbours } = await under.restart()
    assert.deepEqual(await all(neighbours.pairs()), written)
  })

  test('there is one pair of a user and a contact: it is replaced and removed, no other is', async (t) => {
    const { neighbours } = (await open(t)).stores()
    await neighbours.writePairs([{ put: pair(alice, carol) }, { put: pair(bob, carol) }])
    const later = { ...pair(alice, carol, 9), to: 'refused' as const }
    await neighbours.writePairs([{ put: later }])
    assert.deepEqual(await all(neighbours.pairs()), [later, pair(bob, carol)])
    await neighbours.writePairs([
      { remove: { user: alice, contact: carol } },
      { remove: { user: carol, contact: alice } },
    ])
    assert.deepEqual(await all(neighbours.pairs()), [pair(bob, carol)])
  })

  test('more pairs and lists than are read at once are found, each once and in order', async (t) => {
    const { neighbours } = (await open(t)).stores()
    const people = Array.from(
      { length: 1_001 },
      (_, index) => `sip:p${1_000 + index}@x.example` as Aor,
    )
    const written = people.map((contact) => pair(alice, contact))
    await neighbours.writePairs(written.map((put) => ({ put })))
    assert.deepEqual(await all(neighbours.pairs()), written)
    await Promise.all(people.map((user) => neighbours.writeListed(user, [alice])))
    assert.deepEqual(
      (await all(neighbours.listed())).map(({ user }) => user),
      people,
    )
  })

  test('pairs that are written in one turn are written in the order in which it was asked', async (t) => {
    const { neighbours } = (await open(t)).stores()
    const batches: PairWrite[][] = []
    for (let round = 1; round <= 50; round++) {
      batches.push([{ put: pair(alice, carol, round) }])
      if (round % 2) batches.push([{ remove: { user: alice, contact: carol } }])
    }
    await Promise.all([neighbours.writePairs([]), ...batches.map((b) => neighbours.writePairs(b))])
    assert.deepEqual(await all(neighbours.pairs()), [pair(alice, carol, 50)])
  })

  test('whom users had on their lists is found after a restart; of nobody nothing is kept', async (t) => {
    const under = await open(t)
    const { neighbours } = under.stores()
    await neighbours.writeListed(alice, [carol])
    await neighbours.writeListed(alice, [carol, dave])
    await neighbours.writeListed(bob, [carol])
    await neighbours.writeListed(bob, [])
    const again = await under.restart()
    assert.deepEqual(await all(again.neighbours.listed()), [
      { user: alice, contacts: [carol, dave] },
    ])
  })

  test('XEP-0115: what software can do is found by its hash after a restart, the newest of it', async (t) => {
    const under = await open(t)
    const { neighbours } = under.stores()
    await neighbours.rememberCapabilities('sha-1 QgayPKawpkPSDYmwT/WM94uAlu0=', ['urn:a'])
    await neighbours.rememberCapabilities('sha-1 other', [])
    await neighbours.rememberCapabilities('sha-1 other', ['urn:b', 'urn:c'])
    const again = await under.restart()
    assert.deepEqual(await all(again.neighbours.capabilities()), [
      { hash: 'sha-1 QgayPKawpkPSDYmwT/WM94uAlu0=', features: ['urn:a'] },
      { hash: 'sha-1 other', features: ['urn:b', 'urn:c'] },
    ])
  })
}
