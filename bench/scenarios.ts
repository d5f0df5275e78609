/** What the bench measures, as data: steps that prepare, and the one that counts. */
import type { Length } from './closed-loop.ts'

interface Step {
  readonly step: 'subscribe' | 'publish'
  readonly window: number
  readonly length: Length
}

export interface PresenceScenario {
  readonly name: string
  readonly presentities: number
  readonly prepare: readonly Step[]
  readonly measure: Step
  /** What one operation's cost is divided by: itself, or the NOTIFYs it caused. */
  readonly per: 'operation' | 'notification'
  /** Server CPU, µs, that the design allows. */
  readonly target: number
}

export interface IconScenario {
  readonly name: string
  readonly conditional: boolean
}

/** Buddy lists, one document on each connection, every request signed with Digest. */
export interface DocumentScenario {
  readonly name: string
  readonly method: 'GET' | 'PUT'
  /** Length of the document. */
  readonly bytes: number
  /** Which of its entries is written, instead of the whole. */
  readonly entry?: number
  /** Server CPU, µs: 8,000 GETs and 2,500 PUTs a second on one core; an entry at most three PUTs. */
  readonly target: number
}

const WINDOW = 64

const publishAll = (presentities: number): Step => ({
  step: 'publish',
  window: Math.min(WINDOW, presentities),
  length: { count: presentities * 2 },
})

export function presenceScenarios(seconds: number): readonly PresenceScenario[] {
  return [
    {
      name: 'PUBLISH, no watchers',
      presentities: 1000,
      prepare: [publishAll(1000)],
      measure: { step: 'publish', window: WINDOW, length: { seconds } },
      per: 'operation',
      target: 60,
    },
    {
      name: 'PUBLISH, 10 watchers each',
      presentities: 1000,
      prepare: [publishAll(1000), { step: 'subscribe', window: WINDOW, length: { count: 10_000 } }],
      measure: { step: 'publish', window: WINDOW, length: { seconds } },
      per: 'operation',
      target: 220,
    },
    {
      name: 'fan-out to 1,000, a NOTIFY',
      presentities: 1,
      prepare: [publishAll(1), { step: 'subscribe', window: WINDOW, length: { count: 1000 } }],
      measure: { step: 'publish', window: 1, length: { seconds } },
      per: 'notification',
      target: 15,
    },
    {
      name: 'SUBSCRIBE with its NOTIFY',
      presentities: 1000,
      prepare: [publishAll(1000), { step: 'subscribe', window: WINDOW, length: { count: 1000 } }],
      measure: { step: 'subscribe', window: WINDOW, length: { count: 10_000 * seconds } },
      per: 'operation',
      target: 90,
    },
  ]
}

export const iconScenarios: readonly IconScenario[] = [
  { name: 'icon GET, 20 KB', conditional: false },
  { name: 'icon GET, 304', conditional: true },
]

export const documentScenarios: readonly DocumentScenario[] = [
  { name: 'document GET, 1 KB', method: 'GET', bytes: 1024, target: 125 },
  { name: 'document PUT, 1 KB, fsynced', method: 'PUT', bytes: 1024, target: 400 },
  { name: 'element PUT into 40 KB', method: 'PUT', bytes: 40 * 1024, entry: 200, target: 1200 },
]
