/** What so many subscriptions add to the real process. */
import { RESIDENT_SUBSCRIPTION } from '../model/costs.ts'
import type { Value } from '../runs/results.ts'
import { withVisage } from '../runs/visage-run.ts'
import { processCost } from '../servers/process-cost.ts'

const SUBSCRIPTIONS = 100_000
const PRESENTITIES = 10_000
const ALLOWED_MIB = 200

export const residentValues = (): Promise<Value[]> =>
  withVisage({}, async (server, generator) => {
    const presentities = PRESENTITIES
    await generator.perform({ step: 'presence', port: server.sipPort, presentities })
    await generator.perform({ step: 'publish', window: 64, length: { count: presentities } })
    const before = processCost(server.pid).residentMiB
    await generator.perform({ step: 'subscribe', window: 64, length: { count: SUBSCRIPTIONS } })
    const grown = processCost(server.pid).residentMiB - before
    const [group, bytes] = ['memory', (grown / SUBSCRIPTIONS) * 2 ** 20] as const
    const name = `growth of the process by ${SUBSCRIPTIONS.toLocaleString('en')} subscriptions`
    return [
      { group, name, value: grown, unit: 'MiB', allowed: { atMost: ALLOWED_MIB } },
      { group, name: RESIDENT_SUBSCRIPTION, value: bytes, unit: 'bytes' },
    ]
  })
