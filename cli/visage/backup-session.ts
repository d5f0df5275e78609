/** What `visage backup` and `visage restore` do and print. */
import { resolve } from 'node:path'
import { writeBackupFile } from '../../service/backup/backup-file.ts'
import type { BackupHead } from '../../service/backup/backup-format.ts'
import { partsInFile, verifyBackup } from '../../service/backup/backup-reader.ts'
import { isRunning } from '../../service/ask-service.ts'
import { restoreThroughService, withBackup } from '../../service/backup/backup-source.ts'
import { restore as restoreBackup, type Restored } from '../../service/backup/restore.ts'
import { restoreTarget } from '../../service/backup/restore-target.ts'
import { readConfiguration } from '../../service/config.ts'
import { createLog } from '../../service/log.ts'
import { systemClock } from '../../service/system-clock.ts'
import { createProgress, type Progress } from '../progress.ts'
import { configurationSources } from './configuration-flags.ts'

export interface BackupFlags {
  readonly data?: string
  readonly config?: string
}

export interface RestoreFlags extends BackupFlags {
  readonly replace?: boolean
}

const surroundings = { clock: systemClock, log: createLog('warn') }

/** Any domain will do: none is asked for. */
const settingsOf = (flags: BackupFlags) =>
  readConfiguration(configurationSources(flags, { domains: ['localhost'] }))

export async function backup(name: string, flags: BackupFlags): Promise<void> {
  const file = resolve(name)
  const progress = createSteps()
  const { head, records } = await withBackup(settingsOf(flags), surroundings, (backup) =>
    writeBackupFile(file, backup, { written: progress.bytes, checked: progress.step('checked') }),
  ).finally(progress.end)
  print(`${file}: ${told(records)}`)
  const missing = head.documents - (records['document'] ?? 0)
  if (missing > 0) {
    throw new Error(`documents that cannot be read, ${missing}, are not in it: run visage check`)
  }
}

export async function restore(name: string, { replace = false, ...flags }: RestoreFlags) {
  const settings = settingsOf(flags)
  const file = resolve(name)
  const progress = createSteps(({ accounts, documents }) => accounts + documents)
  const options = { file, replace, checked: progress.step('checked') }
  const { head, records, aside } = await (
    (await isRunning(settings.data))
      ? restoreRunning(settings.data, { ...options, written: progress.reach })
      : restoreBackup({
          ...{ ...options, target: restoreTarget(settings, surroundings), clock: systemClock },
          restored: progress.step('restored'),
        })
  ).finally(progress.end)
  print(`The backup of ${head.made} is the store now: ${told(records)}`)
  if (aside !== undefined) print(`What was there before is kept in ${aside}`)
}

async function restoreRunning(
  data: string,
  { file, replace, checked, written }: LiveOptions,
): Promise<Restored> {
  const verified = await verifyBackup(partsInFile(file), checked)
  const aside = await restoreThroughService(data, { file, replace, progress: written })
  return { ...verified, ...(aside !== undefined && { aside }) }
}

interface LiveOptions {
  readonly file: string
  readonly replace: boolean
  readonly checked: (at: BackupHead | 'document') => void
  readonly written: (records: number) => void
}

function told(records: Readonly<Record<string, number>>): string {
  const { account = 0, document = 0 } = records
  return `${account} accounts, ${document} documents`
}

interface Steps {
  readonly bytes: (count: number) => void
  readonly step: (what: string) => (at: BackupHead | string) => void
  /** So many records were restored. */
  readonly reach: (records: number) => void
  readonly end: () => void
}

/** There are far more of them than of others. */
const COUNTED = ['account', 'document']

/** A bar that knows how long it is when the head of the backup has been read: documents checked, then all restored. */
function createSteps(toRestore: (head: BackupHead) => number = () => 0): Steps {
  let bar: Promise<Progress> | undefined
  let [checked, isOver] = [0, false]
  const onBar = (show: (shown: Progress) => void) => {
    void bar?.then((shown) => {
      if (!isOver) show(shown)
    })
  }
  return {
    bytes(count) {
      if (process.stderr.isTTY) {
        process.stderr.write(`\r${(count / 2 ** 20).toFixed(1)} MiB written `)
      }
    },
    step: (what) => (at) => {
      if (typeof at === 'object') {
        checked = at.documents
        bar ??= createProgress(checked + toRestore(at))
      } else if (COUNTED.includes(at)) {
        onBar((shown) => {
          shown.step(`${at} ${what}`)
        })
      }
    },
    reach(records) {
      onBar((shown) => {
        shown.reach(checked + records, 'restored')
      })
    },
    end() {
      isOver = true
      void bar?.then((shown) => {
        shown.end()
      })
    },
  }
}

function print(line: string): void {
  process.stdout.write(`${line}\n`)
}
