/** What `visage migrate` does and prints. */
import { createLog } from '../../service/log.ts'
import { namedStore } from '../../service/migration/named-store.ts'
import {
  countRecords,
  migrateStore,
  type MigratedKind,
} from '../../service/migration/store-migration.ts'
import { systemClock } from '../../service/system-clock.ts'
import { createProgress } from '../progress.ts'
import { UsageError } from '../usage-error.ts'

export interface MigrateFlags {
  readonly from: string
  readonly to: string
  readonly node?: string
  readonly dryRun?: boolean
}

const surroundings = { clock: systemClock, log: createLog('warn') }

export async function migrate({ from, to, node, dryRun }: MigrateFlags): Promise<void> {
  const [source, target] = [namedStore(from, node), namedStore(to, node)]
  if (from === to) throw new UsageError('--from and --to are the same store')
  if (source.isMissing) throw new Error(`there is no store in ${source.shown}`)
  const opened = await source.open(surroundings)
  try {
    const there = await countRecords(opened)
    if (dryRun) print(there.map(({ kind, found }) => `${kind}: ${found} to copy`))
    else print(await copy(opened, target, there))
  } finally {
    await opened.close()
  }
}

async function copy(
  from: Awaited<ReturnType<ReturnType<typeof namedStore>['open']>>,
  target: ReturnType<typeof namedStore>,
  there: readonly MigratedKind[],
): Promise<string[]> {
  const to = await target.open(surroundings)
  // Documents are read once more at the end.
  const steps = there.reduce(
    (sum, { kind, found }) => sum + found * (kind === 'documents' ? 2 : 1),
    0,
  )
  const progress = await createProgress(steps)
  try {
    const copied = await migrateStore({ from, to, clock: systemClock }, (kind) => {
      progress.step(kind)
    })
    return copied.map(
      ({ kind, found, written }) => `${kind}: ${written} copied, ${found - written} there already`,
    )
  } finally {
    progress.end()
    await to.close()
  }
}

function print(lines: readonly string[]): void {
  for (const line of lines) process.stdout.write(`${line}\n`)
}
