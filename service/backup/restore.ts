/** Restore: a backup becomes the store. It is read to its end before anything is written, and written beside what is there. */
import type { Clock } from '../../core/model/clock.ts'
import type { TransferableStore } from '../../core/model/store-transfer.ts'
import type { BackupHead, BackupPart, BackupRecord } from './backup-format.ts'
import {
  checkedParts,
  partsInFile,
  recordsIn,
  verifyBackup,
  type VerifiedBackup,
} from './backup-reader.ts'
import { takeRecords } from './record-taking.ts'
import type { RestoreTarget } from './restore-target.ts'

export interface Restored extends VerifiedBackup {
  /** Where what was there before is kept; absent: nothing was there. */
  readonly aside?: string
}

interface RestoreOptions {
  readonly file: string
  readonly target: RestoreTarget
  /** Also when something is stored there. */
  readonly replace: boolean
  readonly clock: Clock
  /** Told of the head, then of every document. */
  readonly checked: (at: BackupHead | 'document') => void
  readonly restored: (kind: BackupRecord['kind']) => void
}

/** Rejects with an Error for the operator; then the store is as it was. */
export async function restore(options: RestoreOptions): Promise<Restored> {
  const { file, target, replace, checked } = options
  await verifyBackup(partsInFile(file), checked)
  const present = await target.present()
  try {
    if (present && !replace) await refuseContent(present)
  } finally {
    await present?.close()
  }
  const verified = await writeBeside({ ...options, parts: partsInFile(file) })
  const aside = await target.replace()
  return { ...verified, ...(aside !== undefined && { aside }) }
}

/** Rejects with an Error for the operator when something is stored there. */
export async function refuseContent({
  accounts,
  transfer,
}: Pick<TransferableStore, 'accounts' | 'transfer'>): Promise<void> {
  if ((await accounts.isEmpty()) && (await transfer.countDocuments()) === 0) return
  throw new Error(
    'something is stored there already: with --replace it is kept aside and the backup takes its place',
  )
}

/** A whole store beside what is there, closed. Rejects with an Error for the operator; then what was written counts for nothing. */
export async function writeBeside({
  parts,
  target,
  clock,
  restored,
}: Pick<RestoreOptions, 'target' | 'clock' | 'restored'> & {
  readonly parts: AsyncIterable<BackupPart>
}): Promise<VerifiedBackup> {
  const store = await target.beside()
  const written: Record<string, number> = {}
  let verified: VerifiedBackup | undefined
  async function* checked() {
    verified = yield* checkedParts(parts)
  }
  try {
    await takeRecords(recordsIn(checked()), {
      ...{ store, now: clock.now() },
      progress(kind) {
        written[kind] = (written[kind] ?? 0) + 1
        restored(kind)
      },
    })
  } finally {
    await store.close()
  }
  if (!verified) throw new Error('the backup has no end')
  checkWritten(verified, written)
  return verified
}

function checkWritten(
  { records }: VerifiedBackup,
  written: Readonly<Record<string, number>>,
): void {
  for (const [kind, count] of Object.entries(records)) {
    const found = written[kind] ?? 0
    if (found !== count) throw new Error(`the backup has ${found} ${kind} records, not ${count}`)
  }
}
