/** npm run bench -- --operators: the figures that operators ask for. */
import type { Value } from '../runs/results.ts'
import type { Wanted } from '../runs/scenario-run.ts'
import { connectionValues } from './idle-connections.ts'
import { largeStoreValues } from './large-store.ts'
import { overloadValues } from './overload.ts'
import { residentValues } from './resident-subscriptions.ts'
import { restartValues } from './restart.ts'
import { stampedeValues } from './stampede.ts'

const ACCOUNTS = 1_000_000

/** What fails is named on standard error and left out. */
export async function operatorValues({ seconds, only }: Wanted): Promise<Value[]> {
  const jobs = {
    restart: restartValues,
    connections: () => connectionValues(seconds),
    stampede: () => stampedeValues(seconds),
    overload: overloadValues,
    'memory of subscriptions': residentValues,
    accounts: () => largeStoreValues(ACCOUNTS),
  }
  const values: Value[] = []
  for (const [name, run] of Object.entries(jobs)) {
    if (!name.includes(only)) continue
    process.stderr.write(`${name}…\n`)
    const found = await run().catch((error: unknown) => {
      process.stderr.write(`${name} failed: ${String(error)}\n`)
      process.exitCode = 1
    })
    values.push(...(found ?? []))
  }
  return values
}
