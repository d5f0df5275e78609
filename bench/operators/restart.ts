/** How long until every lamp is right after a crash: the process is killed and started again, and every watcher is told anew. */
import type { Value } from '../runs/results.ts'
import { withVisage } from '../runs/visage-run.ts'

const PRESENTITIES = 500
/** So far apart that what each subscription adds stands out from what starting takes. */
const SIZES = [5000, 100_000] as const

/** 10,000 phones with 50 subscriptions each. */
const COMPUTED = 500_000

export async function restartValues(): Promise<Value[]> {
  const [few, many] = [await secondsAfterCrash(SIZES[0]), await secondsAfterCrash(SIZES[1])]
  const each = (many - few) / (SIZES[1] - SIZES[0])
  return [
    { ...value(SIZES[0]), value: few },
    { ...value(SIZES[1]), value: many },
    { ...value(COMPUTED, ', computed from these two'), value: many + each * (COMPUTED - SIZES[1]) },
  ]
}

const value = (subscriptions: number, how = '') => {
  const count = subscriptions.toLocaleString('en')
  const name = `killed and started again, every lamp right: ${count} subscriptions${how}`
  return { group: 'operators', name, unit: 's' } as const
}

const secondsAfterCrash = (subscriptions: number): Promise<number> =>
  withVisage({}, async (server, generator) => {
    const presentities = PRESENTITIES
    await generator.perform({ step: 'presence', port: server.sipPort, presentities })
    await generator.perform({ step: 'publish', window: 64, length: { count: presentities } })
    await generator.perform({ step: 'subscribe', window: 64, length: { count: subscriptions } })
    const told = generator.perform({ step: 'everybody told' })
    const [{ seconds }] = await Promise.all([told, server.restart()])
    return seconds
  })
