/** What `visage check` does and prints. It ends with 0: all is well, 1: all was repaired, 2: something is left, 3: it could not look. */
import { isRunning } from '../../service/backup/backup-source.ts'
import { checkStore } from '../../service/check/store-check.ts'
import { readConfiguration } from '../../service/config.ts'
import { createLog } from '../../service/log.ts'
import { isStoreIn } from '../../service/store-presence.ts'
import { systemClock } from '../../service/system-clock.ts'
import { createProgress } from '../progress.ts'
import { configurationSources } from './configuration-flags.ts'

export interface CheckFlags {
  readonly data?: string
  readonly config?: string
  readonly repair?: boolean
  readonly json?: boolean
}

export async function check(flags: CheckFlags): Promise<void> {
  try {
    await checkAndTell(flags)
  } catch (error) {
    process.stderr.write(`Error: ${(error as Error).message}\n`)
    process.exitCode = 3
  }
}

async function checkAndTell(flags: CheckFlags): Promise<void> {
  const { data, store } = readConfiguration(configurationSources(flags, { domains: ['localhost'] }))
  if ((store.type === 'level' || flags.repair === true) && (await isRunning(data))) {
    throw new Error(`a service runs on ${data}: stop it first`)
  }
  if (store.type === 'level' && !isStoreIn(data)) {
    throw new Error(`there is no store in ${data}`)
  }
  const progress = await createProgress(0)
  const problems = await checkStore(
    { data, store, repair: flags.repair === true },
    {
      ...{ clock: systemClock, log: createLog('error') },
      progress: (what) => {
        progress.step(what)
      },
    },
  ).finally(() => {
    progress.end()
  })
  for (const problem of problems) {
    const { what, where, isRepaired } = problem
    print(
      flags.json ? JSON.stringify(problem) : `${what}: ${where}${isRepaired ? ', repaired' : ''}`,
    )
  }
  const left = problems.filter(({ isRepaired }) => !isRepaired).length
  if (!flags.json) print(`${problems.length} problems, ${left} left`)
  if (problems.length > 0) process.exitCode = left > 0 ? 2 : 1
}

function print(line: string): void {
  process.stdout.write(`${line}\n`)
}
