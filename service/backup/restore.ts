/** Restore: a backup becomes the store. It is read to its end before anything is written, and written beside what is there. */
import type { Clock } from '../../core/model/clock.ts'
import type { BackupHead, BackupRecord } from './backup-format.ts'
import { partsInFile, recordsIn, verifyBackup, type VerifiedBackup } from './backup-reader.ts'
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
  /** Told of the head, and then of every record that was checked or written. */
  readonly progress: (at: BackupHead | 'document' | BackupRecord['kind']) => void
}

/** Rejects with an Error for the operator; then the store is as it was. */
export async function restore(options: RestoreOptions): Promise<Restored> {
  const { file, target, replace } = options
  const verified = await verifyBackup(partsInFile(file), options.progress)
  if (!(await isEmpty(target)) && !replace) {
    throw new Error(
      'something is stored there already: with --replace it is kept aside and the backup takes its place',
    )
  }
  const written = await writeBeside(options)
  checkWritten(verified, written)
  const aside = await target.replace()
  return { ...verified, ...(aside !== undefined && { aside }) }
}

/** Also finds out whether somebody else has the store open. */
async function isEmpty(target: RestoreTarget): Promise<boolean> {
  const store = await target.present()
  if (!store) return true
  try {
    return (await store.accounts.isEmpty()) && (await store.transfer.countDocuments()) === 0
  } finally {
    await store.close()
  }
}

async function writeBeside({ file, target, clock, progress }: RestoreOptions) {
  const store = await target.beside()
  const written: Record<string, number> = {}
  try {
    await takeRecords(recordsIn(partsInFile(file)), {
      ...{ store, now: clock.now() },
      progress(kind) {
        written[kind] = (written[kind] ?? 0) + 1
        progress(kind)
      },
    })
  } finally {
    await store.close()
  }
  return written
}

/** The file may have been another one the second time. */
function checkWritten(
  { records }: VerifiedBackup,
  written: Readonly<Record<string, number>>,
): void {
  for (const [kind, count] of Object.entries(records)) {
    if (written[kind] !== count) throw new Error(`the backup has changed while it was restored`)
  }
}
