/** Domain usage on Level: counted from the accounts and from what each tree holds. */
import type { DomainUsages } from '../model/domain-usage.ts'
import type { Log } from '../model/log.ts'
import { aorDomain, type Aor } from '../uri/aor.ts'
import type { LevelDatabase } from './level-database.ts'
import { openJson } from './record-envelope.ts'
import { keysBelow, namesInKey } from './record-key.ts'
import { readableOr } from './record-unreadable.ts'
import type { Transactions } from './transactions.ts'
import { NOTHING, totalsWith, type Totals } from './tree-totals.ts'

interface Parts {
  readonly database: LevelDatabase
  readonly transactions: Pick<Transactions, 'commit'>
  readonly log: Log
}

export function createDomainUsages({ database, transactions, log }: Parts): DomainUsages {
  async function* keysOf(kind: 'account' | 'totals', domain: string) {
    for await (const [key, bytes] of database.entries(keysBelow(kind))) {
      if (aorDomain((namesInKey(key)[0] ?? '') as Aor) === domain) yield { key, bytes }
    }
  }

  return {
    isShared: false,
    async of(domain) {
      await transactions.commit([])
      let users = 0
      for await (const account of keysOf('account', domain)) if (account.key) users++
      let all = NOTHING
      for await (const { key, bytes } of keysOf('totals', domain)) {
        all = totalsWith(
          all,
          readableOr(NOTHING, log, () => openJson(key, bytes) as Totals),
        )
      }
      return { users, ...all }
    },
  }
}
