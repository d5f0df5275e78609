/** What `visage backup` and `visage restore` do and print. */
import { mkdirSync } from 'node:fs'
import { resolve } from 'node:path'
import { writeBackupFile } from '../../service/backup/backup-file.ts'
import type { BackupHead } from '../../service/backup/backup-format.ts'
import { isRunning, withBackup } from '../../service/backup/backup-source.ts'
import { restore as restoreBackup } from '../../service/backup/restore.ts'
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

export async function restore(name: string, flags: RestoreFlags): Promise<void> {
  const settings = settingsOf(flags)
  if (await isRunning(settings.data)) {
    throw new Error(`a service runs on ${settings.data}: stop it first`)
  }
  mkdirSync(settings.data, { recursive: true, mode: 0o700 })
  const progress = createSteps()
  const { head, records, aside } = await restoreBackup({
    ...{ file: resolve(name), target: restoreTarget(settings, surroundings) },
    ...{ replace: flags.replace === true, clock: systemClock },
    progress: progress.step('restored'),
  }).finally(progress.end)
  print(`The backup of ${head.made} is the store now: ${told(records)}`)
  if (aside !== undefined) print(`What was there before is kept in ${aside}`)
}

function told(records: Readonly<Record<string, number>>): string {
  const { account = 0, document = 0 } = records
  return `${account} accounts, ${document} documents`
}

interface Steps {
  readonly bytes: (count: number) => void
  readonly step: (what: string) => (at: BackupHead | string) => void
  readonly end: () => void
}

/** A bar that knows how long it is when the head of the backup has been read. */
function createSteps(): Steps {
  let bar: Promise<Progress> | undefined
  let isOver = false
  return {
    bytes(count) {
      if (process.stderr.isTTY) {
        process.stderr.write(`\r${(count / 2 ** 20).toFixed(1)} MiB written `)
      }
    },
    step: (what) => (at) => {
      if (typeof at === 'object') bar ??= createProgress(at.accounts + at.documents)
      else {
        void bar?.then((shown) => {
          if (!isOver) shown.step(`${at} ${what}`)
        })
      }
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
