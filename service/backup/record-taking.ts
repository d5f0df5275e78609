/** Record taking: what a backup holds into a store in which nothing is. */
import type { TransferableStore } from '../../core/model/store-transfer.ts'
import { sideBySide } from '../migration/side-by-side.ts'
import type { BackupRecord } from './backup-format.ts'

/** So many share one write to the disk. */
const AT_ONCE = 64

/** Rejects with an Error for the operator. `now`: what has expired by then is left out. */
export function takeRecords(
  records: AsyncIterable<BackupRecord>,
  {
    store,
    now,
    progress,
  }: {
    store: TransferableStore
    now: number
    progress: (kind: BackupRecord['kind']) => void
  },
): Promise<void> {
  return sideBySide(records, AT_ONCE, async (record) => {
    await takeRecord(store, now, record)
    progress(record.kind)
  })
}

async function takeRecord(
  store: TransferableStore,
  now: number,
  { kind, record }: BackupRecord,
): Promise<unknown> {
  const { transfer, accounts, administration, neighbours, eventState } = store
  switch (kind) {
    case 'secret':
      return transfer.takeSecret(record.name, Buffer.from(record.base64, 'base64'))
    case 'administration':
      return administration.put(record.kind, record.key, record.value)
    case 'account':
      return takeAccount(accounts, record)
    case 'document':
      return transfer.takeDocument(record)
    case 'pair':
      return neighbours.writePairs([{ put: record }])
    case 'listed':
      return neighbours.writeListed(record.user, record.contacts)
    case 'capabilities':
      return neighbours.rememberCapabilities(record.hash, record.features)
    case 'publication':
      return record.expiresAt > now && eventState.write([{ put: 'publication', record }])
    case 'registration':
      return record.expiresAt > now && eventState.write([{ put: 'binding', record }])
  }
}

async function takeAccount(
  accounts: TransferableStore['accounts'],
  account: Parameters<TransferableStore['accounts']['put']>[0],
): Promise<void> {
  const put = await accounts.put(account)
  if (put.outcome === 'taken') throw new Error(`a name of ${account.aor} belongs to ${put.by} too`)
}
