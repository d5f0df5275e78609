/** Bounds of the sessions in the embedded store. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { join } from 'node:path'
import type { BrowserSession } from '../../core/model/browser-session.ts'
import { silentLog } from '../../core/model/log.ts'
import { openLevelDatabase } from '../../core/store/level-database.ts'
import { createSessionChanges } from '../../core/store/session-changes.ts'
import { createSessionCache } from '../../core/store/session-reader.ts'
import { createSessionWriter } from '../../core/store/session-writer.ts'
import { createTransactions } from '../../core/store/transactions.ts'
import type { Aor } from '../../core/uri/aor.ts'
import { createManualClock } from '../support/manual-clock.ts'
import { emptyFolder } from './support/store-folder.ts'

test('beyond what all accounts together may have nobody gets a session, and who has one can change it', async (t) => {
  const clock = createManualClock()
  const folder = join(await emptyFolder(t), 'sessions')
  const database = await openLevelDatabase({ folder, sync: false, clock, log: silentLog })
  t.after(database.close)
  const transactions = createTransactions({ database })
  const changes = createSessionChanges({ latest: transactions.latest, log: silentLog })
  const cache = createSessionCache()
  const writer = createSessionWriter({ transactions, changes, cache, clock, capacity: 3 })
  const session = (id: string, aor: string): BrowserSession => ({
    ...{ id, aor: aor as Aor, created: clock.now(), expires: clock.now() + 1000 },
    ...{ remembered: false, credentials: [] },
  })
  // At once, so that none of them sees another on the disk.
  const outcomes = await Promise.all(
    ['a', 'b', 'c', 'd'].map((id) => writer.add(session(id, `sip:${id}@example.com`))),
  )
  assert.deepEqual(outcomes, ['stored', 'stored', 'stored', 'no-room'])
  assert.ok(await writer.prolong('a', clock.now() + 2000))
  assert.equal(await writer.remove('b'), true)
  assert.equal(await writer.add(session('d', 'sip:d@example.com')), 'stored')
  assert.equal(await writer.add(session('e', 'sip:e@example.com')), 'no-room')
  clock.advance(1000)
  assert.equal(await writer.drop(['sip:c@example.com', 'sip:d@example.com'] as Aor[]), 2)
  assert.equal(changes.count(), 1)
})
