/** What `visage check` does and prints. It ends with 0: all is well, 1: all was repaired, 2: something is left, 3: it could not look. */
import { isRunning } from '../../service/ask-service.ts'
import { checkThroughService, type ToldProblems } from '../../service/check/check-request.ts'
import { checkStore } from '../../service/check/store-check.ts'
import { readConfiguration } from '../../service/config.ts'
import type { Configuration } from '../../service/configuration.ts'
import { createLog } from '../../service/log.ts'
import { isStoreIn } from '../../service/store-presence.ts'
import { systemClock } from '../../service/system-clock.ts'
import { createProgress, type Progress } from '../progress.ts'
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
  const settings = readConfiguration(configurationSources(flags, { domains: ['localhost'] }))
  const progress = await createProgress(0)
  const { problems, found } = await problemsIn(settings, flags, progress).finally(() => {
    progress.end()
  })
  for (const problem of problems) {
    const { what, where, isRepaired } = problem
    print(
      flags.json ? JSON.stringify(problem) : `${what}: ${where}${isRepaired ? ', repaired' : ''}`,
    )
  }
  const left = found - problems.filter(({ isRepaired }) => isRepaired).length
  if (!flags.json) print(`${found} problems, ${left} left`)
  if (found > 0) process.exitCode = left > 0 ? 2 : 1
}

/** A database is looked at beside its services; the embedded store by the service that has it open. */
async function problemsIn(
  { data, store }: Configuration,
  { repair = false }: CheckFlags,
  progress: Progress,
): Promise<ToldProblems> {
  if (repair && (await isRunning(data))) {
    throw new Error(`a service runs on ${data}: stop it first, --repair needs the store alone`)
  }
  if (store.type === 'level') {
    const told = await checkThroughService(data, (records) => {
      progress.reach(records, 'records')
    })
    if (told) return told
    if (!isStoreIn(data)) throw new Error(`there is no store in ${data}`)
  }
  const problems = await checkStore(
    { data, store, repair },
    {
      ...{ clock: systemClock, log: createLog('error') },
      progress: (what) => {
        progress.step(what)
      },
    },
  )
  return { problems, found: problems.length }
}

function print(line: string): void {
  process.stdout.write(`${line}\n`)
}
