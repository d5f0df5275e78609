/** Account writer: an account and all the names that lead to it in one step and one batch. */
import type { Account } from '../model/account.ts'
import type { Change } from '../model/change-feed.ts'
import type { Log } from '../model/log.ts'
import type { AccountStore } from '../model/stores.ts'
import type { Aor } from '../uri/aor.ts'
import {
  accountIn,
  accountKey,
  aliasKey,
  aorIn,
  otherAddresses,
  pointersTo,
} from './account-record.ts'
import type { AccountCache } from './account-reader.ts'
import type { WriteOperation } from './level-database.ts'
import { sealJson } from './record-envelope.ts'
import { namesInKey } from './record-key.ts'
import { readableOr } from './record-unreadable.ts'
import type { SessionChanges } from './session-changes.ts'
import type { SessionCache } from './session-reader.ts'
import type { Transactions } from './transactions.ts'

interface AccountWriterParts {
  readonly transactions: Transactions
  readonly cache: AccountCache
  readonly sessions: { readonly changes: SessionChanges; readonly cache: SessionCache }
  readonly publish: (change: Change) => void
  readonly log: Log
}

export function createAccountWriter(
  parts: AccountWriterParts,
): Pick<AccountStore, 'put' | 'remove'> {
  const { transactions } = parts
  return {
    async put(account) {
      await transactions.ready()
      const by = holderOfItsNames(parts, account)
      if (by !== undefined) {
        await transactions.commit([])
        return { outcome: 'taken', by }
      }
      const before = presentAt(parts, account.aor)
      await commitAccount(parts, account.aor, [
        ...operationsForPut(account, before?.pointers ?? []),
        // Who knew the old password only is out at once, and so is who is suspended.
        ...(staysSignedIn(before, account) ? [] : endOfSessions(parts, account.aor)),
      ])
      return { outcome: before ? 'replaced' : 'created' }
    },
    async remove(aor) {
      await transactions.ready()
      const before = presentAt(parts, aor)
      if (!before) {
        await transactions.commit([])
        return false
      }
      await commitAccount(parts, aor, [
        ...[accountKey(aor), ...before.pointers].map(removal),
        ...endOfSessions(parts, aor),
      ])
      return true
    },
  }
}

/** Who else has a name that this account wants. */
function holderOfItsNames({ transactions }: AccountWriterParts, account: Account): Aor | undefined {
  for (const key of [aliasKey(account.aor), ...pointersTo(account)]) {
    const bytes = transactions.latest(key)
    const owner = bytes && aorIn(key, bytes)
    if (owner !== undefined && owner !== account.aor) return owner
  }
  return otherAddresses(account).find((alias) => transactions.latest(accountKey(alias)))
}

/** The account as it stands, and what leads to it; an unreadable one can be replaced, its names are not known. */
function presentAt({ transactions, log }: AccountWriterParts, aor: Aor) {
  const key = accountKey(aor)
  const bytes = transactions.latest(key)
  if (!bytes) return undefined
  const account = readableOr(undefined, log, () => accountIn(key, bytes))
  return { pointers: account ? pointersTo(account) : [], credentials: account?.credentials }
}

function staysSignedIn(
  before: { readonly credentials: Account['credentials'] | undefined } | undefined,
  { credentials, suspended }: Account,
): boolean {
  return !suspended && JSON.stringify(before?.credentials) === JSON.stringify(credentials)
}

function endOfSessions({ sessions: { changes } }: AccountWriterParts, aor: Aor): WriteOperation[] {
  return changes.present(aor).length > 0 ? changes.operations(aor, []) : []
}

function operationsForPut(account: Account, before: readonly string[]): WriteOperation[] {
  const pointers = pointersTo(account)
  return [
    ...before.filter((key) => !pointers.includes(key)).map(removal),
    ...pointers.map((key) => ({ type: 'put', key, value: sealJson(account.aor) }) as const),
    { type: 'put', key: accountKey(account.aor), value: sealJson(account) },
  ]
}

function removal(key: string): WriteOperation {
  return { type: 'del', key }
}

function commitAccount(
  { transactions, cache, sessions, publish }: AccountWriterParts,
  aor: Aor,
  operations: readonly WriteOperation[],
): Promise<void> {
  return transactions.commit(operations, () => {
    for (const { key } of operations) {
      cache.delete(key)
      sessions.cache.delete(key)
      // An account, or an alias: it was looked up by its address.
      cache.delete(namesInKey(key)[0] ?? '')
    }
    publish({ kind: 'account', aor })
  })
}
