/** Administration store on Level. */
import type { AdministrationKind, AdministrationStore } from '../model/administration-store.ts'
import type { Log } from '../model/log.ts'
import type { LevelDatabase } from './level-database.ts'
import { openJson, sealJson } from './record-envelope.ts'
import { keysBelow, namesInKey, recordKey } from './record-key.ts'
import { readableOr } from './record-unreadable.ts'
import type { Transactions } from './transactions.ts'

interface AdministrationStoreParts {
  readonly database: LevelDatabase
  readonly transactions: Transactions
  readonly log: Log
}

const keyOf = (kind: AdministrationKind, key: string) => recordKey('administration', kind, key)

export function createAdministrationStore({
  database,
  transactions,
  log,
}: AdministrationStoreParts): AdministrationStore {
  return {
    async get(kind, name) {
      await transactions.ready()
      const key = keyOf(kind, name)
      const bytes = transactions.latest(key)
      return bytes && openJson(key, bytes)
    },
    async put(kind, name, value) {
      await transactions.ready()
      await transactions.commit([{ type: 'put', key: keyOf(kind, name), value: sealJson(value) }])
    },
    async remove(kind, name) {
      await transactions.ready()
      const key = keyOf(kind, name)
      const wasThere = transactions.latest(key) !== undefined
      await transactions.commit(wasThere ? [{ type: 'del', key }] : [])
      return wasThere
    },
    async *list(kind, after) {
      const all = keysBelow('administration', kind)
      const range = after === undefined ? all : { ...all, gt: keyOf(kind, after) }
      for await (const [key, bytes] of database.entries(range)) {
        const value = readableOr(undefined, log, () => openJson(key, bytes))
        if (value !== undefined) yield { key: namesInKey(key)[1] ?? '', value }
      }
    },
  }
}
