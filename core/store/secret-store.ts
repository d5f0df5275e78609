/** Secret store: random keys that are made once and outlive every restart. */
import { randomBytes } from 'node:crypto'
import type { SecretStore } from '../model/stores.ts'
import { openRecord, sealRecord } from './record-envelope.ts'
import { recordKey } from './record-key.ts'
import type { Transactions } from './transactions.ts'

const SECRET_BYTES = 32

/** An unreadable secret rejects: a new one in its place would change every announced icon URL behind its back. */
export function createSecretStore({ transactions }: { transactions: Transactions }): SecretStore {
  return {
    async secret(name) {
      await transactions.ready()
      const key = recordKey('secret', name)
      const record = transactions.latest(key) ?? sealRecord(randomBytes(SECRET_BYTES))
      // Also when it is there already: whoever asks second waits until the first one's is on the disk.
      const isNew = transactions.latest(key) === undefined
      await transactions.commit(isNew ? [{ type: 'put', key, value: record }] : [])
      return openRecord(key, record)
    },
  }
}
