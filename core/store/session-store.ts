/** Session store on Level. */
import type { Clock } from '../model/clock.ts'
import type { Log } from '../model/log.ts'
import type { SessionStore } from '../model/stores.ts'
import type { Aor } from '../uri/aor.ts'
import type { LevelDatabase } from './level-database.ts'
import { keysBelow, namesInKey } from './record-key.ts'
import { readableOr } from './record-unreadable.ts'
import { sessionsIn } from './session-record.ts'
import type { SessionWriter } from './session-writer.ts'

/** Accounts whose sessions are swept in one batch. */
const SWEPT_AT_ONCE = 500

export function createSessionStore({
  database,
  reader,
  writer,
  clock,
  log,
}: {
  database: LevelDatabase
  reader: Pick<SessionStore, 'find' | 'ofAccount'>
  writer: SessionWriter
  clock: Clock
  log: Log
}): SessionStore {
  const { add, prolong, remove, drop } = writer
  return {
    ...reader,
    ...{ add, prolong, remove },
    async sweep() {
      const now = clock.now()
      let swept = 0
      let accounts: Aor[] = []
      for await (const [key, bytes] of database.entries(keysBelow('sessions'))) {
        const sessions = readableOr([], log, () => sessionsIn(key, bytes))
        if (sessions.some(({ expires }) => expires <= now)) accounts.push(namesInKey(key)[0] as Aor)
        if (accounts.length < SWEPT_AT_ONCE) continue
        swept += await drop(accounts)
        accounts = []
      }
      return swept + (await drop(accounts))
    },
  }
}
