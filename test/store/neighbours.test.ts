/** The neighbour store on Level: what it does with damage, and its bound. */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { silentLog } from '../../core/model/log.ts'
import type { ContactPair } from '../../core/model/contact-pair.ts'
import { openLevelDatabase } from '../../core/store/level-database.ts'
import { openLevelStore } from '../../core/store/level-store.ts'
import { createNeighbourStore, pairKey } from '../../core/store/neighbour-store.ts'
import { createTransactions } from '../../core/store/transactions.ts'
import { createManualClock } from '../support/manual-clock.ts'
import { alice, bob } from './contract/sample.ts'
import { damage, recordingLog } from './support/damage.ts'
import { emptyFolder } from './support/store-folder.ts'

const clock = createManualClock()

function pair(user: ContactPair['user']): ContactPair {
  return { user, contact: bob, to: 'none', from: 'granted', toSince: 0, fromSince: 5 }
}

test('a damaged pair is reported by its key, the others are given', async (t) => {
  const folder = await emptyFolder(t)
  const first = await openLevelStore({ folder, clock, log: silentLog })
  await first.neighbours.writePairs([{ put: pair(alice) }, { put: pair(bob) }])
  await first.close()
  await damage(folder, 'documents', pairKey(pair(alice)))

  const { log, lines } = recordingLog()
  const { neighbours, close } = await openLevelStore({ folder, clock, log })
  const found: ContactPair[] = []
  for await (const one of neighbours.pairs()) found.push(one)
  await close()
  assert.deepEqual(found, [pair(bob)])
  assert.match(lines.join('\n'), /pair sip:alice@example.com .* cannot be read: it is damaged/)
})

test('capabilities of the software that was met longest ago make room, also across a restart', async (t) => {
  const folder = join(await emptyFolder(t), 'documents')
  const open = async () => {
    const database = await openLevelDatabase({ folder, sync: true, clock, log: silentLog })
    const transactions = createTransactions({ database })
    const parts = { database, transactions, log: silentLog, mostCapabilities: 2 }
    return { store: createNeighbourStore(parts), close: () => database.close() }
  }
  const first = await open()
  for (const hash of ['a', 'b', 'a', 'c']) await first.store.rememberCapabilities(hash, [])
  await first.close()
  const again = await open()
  await again.store.rememberCapabilities('d', [])
  const found: string[] = []
  for await (const { hash } of again.store.capabilities()) found.push(hash)
  await again.close()
  assert.deepEqual(found, ['c', 'd'])
})
