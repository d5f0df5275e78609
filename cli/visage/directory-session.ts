/** What `visage directory sync` does and prints. */
import { prepareImage } from '../../client/node/image-resizing.ts'
import { readConfiguration } from '../../service/config.ts'
import { csvSource } from '../../service/directory/csv-source.ts'
import { configuredDirectory } from '../../service/directory/configured-directory.ts'
import type { DirectorySource } from '../../service/directory/directory-source.ts'
import { syncDirectory, type SyncReport } from '../../service/directory/directory-sync.ts'
import { folderSource } from '../../service/directory/folder-source.ts'
import { printable } from '../printable.ts'
import { createProgress } from '../progress.ts'
import { UsageError } from '../usage-error.ts'
import { administrationOf } from './administration.ts'
import { configurationSources } from './configuration-flags.ts'
import type { StoreFlags } from './user-flags.ts'

export interface DirectoryFlags extends StoreFlags {
  readonly folder?: string
  readonly csv?: string
  readonly dryRun?: boolean
  readonly force?: boolean
}

export async function syncWithDirectory(flags: DirectoryFlags): Promise<void> {
  const sources = configurationSources(flags, { domains: ['localhost'] })
  const { directory } = readConfiguration(sources)
  const source = await sourceOf(flags, () => configuredDirectory(directory))
  const { dryRun = false, force = false } = flags
  // How many there are is known at the end.
  const progress = await createProgress(0)
  const report = await administrationOf(flags, (ask) =>
    syncDirectory({
      ...{ ask, source, prepare: prepareImage, dryRun, force },
      policy: { lock: directory.lock, names: directory.names },
      onProgress: (address) => {
        progress.step(printable(address))
      },
    }),
  ).finally(() => {
    progress.end()
  })
  tell(report, dryRun)
}

async function sourceOf(
  { folder, csv }: DirectoryFlags,
  configured: () => Promise<DirectorySource | undefined>,
): Promise<DirectorySource> {
  if (folder !== undefined && csv !== undefined) {
    throw new UsageError('--folder and --csv: one of them')
  }
  if (folder !== undefined) return folderSource(folder)
  if (csv !== undefined) return csvSource(csv)
  const source = await configured()
  if (source) return source
  throw new UsageError('no directory: give --folder, --csv, or --config with directory.url')
}

function tell(report: SyncReport, dryRun: boolean): void {
  for (const { address, problem } of report.refused) {
    const line = problem.startsWith(address) ? problem : `${address}: ${problem}`
    process.stderr.write(`${printable(line)}\n`)
  }
  const { people, pictures, names, own, locks, unchanged, removed, withheld, refused } = report
  process.stdout.write(
    `${people} people${dryRun ? ' (dry run, nothing written)' : ''}: ${pictures} pictures, ${names} names, ` +
      `${own} with a picture of their own, ${locks} locked or unlocked, ${unchanged} unchanged, ${removed} removed, ${refused.length} refused\n`,
  )
  if (withheld > 0) {
    process.stderr.write(
      `${withheld} would lose what came from the directory: more than a fifth, so none did. ` +
        `If the directory is right, use --force\n`,
    )
  }
  if (withheld > 0 || refused.length > 0) process.exitCode = 1
}
