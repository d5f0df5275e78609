/** What so many subscriptions add to the real process. */
import { setTimeout } from 'node:timers/promises'
import type { Value } from '../runs/results.ts'
import { withVisage } from '../runs/visage-run.ts'
import { processCost } from '../servers/process-cost.ts'

const SUBSCRIPTIONS = 100_000
const PRESENTITIES = 10_000
const ALLOWED_MIB = 200
/** Milliseconds; a transaction is remembered for 32 s (RFC 3261 §17.2.2, Timer J). */
const TRANSACTIONS_OVER = 45_000
/** Memory goes back with the next collection, which only work brings about. */
const WORK = { step: 'publish', window: 16, length: { count: 20_000 } } as const
/** Milliseconds until what was collected is the system's again: it looks once a minute. */
const RETURNED = 70_000

export const residentValues = (): Promise<Value[]> =>
  withVisage({}, async (server, generator) => {
    const presentities = PRESENTITIES
    await generator.perform({ step: 'presence', port: server.sipPort, presentities })
    await generator.perform({ step: 'publish', window: 64, length: { count: presentities } })
    const before = processCost(server.pid).residentMiB
    await generator.perform({ step: 'subscribe', window: 64, length: { count: SUBSCRIPTIONS } })
    const grown = () => processCost(server.pid).residentMiB - before
    const atOnce = grown()
    await setTimeout(TRANSACTIONS_OVER)
    await generator.perform(WORK)
    await setTimeout(RETURNED)
    const left = grown()
    const group = 'memory'
    const name = `growth of the process by ${SUBSCRIPTIONS.toLocaleString('en')} subscriptions`
    return [
      { group, name: `${name}, just made`, value: atOnce, unit: 'MiB' },
      { group, name, value: left, unit: 'MiB', allowed: { atMost: ALLOWED_MIB } },
    ]
  })
