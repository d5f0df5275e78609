/** What one operation costs, taken from measured results. */
import type { Figure } from '../runs/figure.ts'
import type { Results } from '../runs/results.ts'
import { ICON_GET, ICON_NOT_MODIFIED } from '../scenarios/http.ts'
import { SUBSCRIPTION_HEAP } from '../scenarios/memory.ts'
import { SCENARIO } from '../scenarios/presence.ts'

export interface Cost {
  /** Of the server. */
  readonly cpuMicroseconds: number
  /** Both ways, answers included. */
  readonly messages: number
  /** Of text, without the headers of IP and below. */
  readonly bytes: number
}

export const OPERATIONS = ['publish', 'notify', 'subscribe', 'iconGet', 'iconCheck'] as const
export type Operation = (typeof OPERATIONS)[number]

export interface Costs extends Readonly<Record<Operation, Cost>> {
  /** Bytes of heap. */
  readonly subscriptionMemory: number
  /** By how much what writes costs more when the store is shared. */
  readonly sharedStoreFactor: number
}

/** The bounds, where nothing was measured. */
const SHARED_STORE_FACTOR = 1.5
const SUBSCRIPTION_MEMORY = 2000

/** Throws an Error that names what was not measured. */
export function costsFrom({ figures, values }: Results): Costs {
  const figure = (name: string): Figure => {
    const found = figures.find(({ scenario }) => scenario === name)
    if (!found) throw new Error(`“${name}” has not been measured`)
    return found
  }
  const [publish, ten] = [figure(SCENARIO.publish), figure(SCENARIO.publishTen)]
  const shared = figures.find(({ scenario }) => scenario === SCENARIO.publishTenPostgres)
  return {
    publish: costOf(publish),
    notify: mapCost((name) => (ten[name] - publish[name]) / 10),
    subscribe: costOf(figure(SCENARIO.subscribe)),
    iconGet: costOf(figure(ICON_GET)),
    iconCheck: costOf(figure(ICON_NOT_MODIFIED)),
    subscriptionMemory:
      values.find(({ name }) => name === SUBSCRIPTION_HEAP)?.value ?? SUBSCRIPTION_MEMORY,
    sharedStoreFactor: shared ? shared.cpuMicroseconds / ten.cpuMicroseconds : SHARED_STORE_FACTOR,
  }
}

const costOf = (figure: Figure): Cost => mapCost((name) => figure[name])

export function mapCost(of: (name: keyof Cost) => number): Cost {
  return {
    cpuMicroseconds: of('cpuMicroseconds'),
    messages: of('messages'),
    bytes: of('bytes'),
  }
}
