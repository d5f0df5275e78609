/** What the bench measures, as data: steps that prepare, and the one that counts. */
import type { Length } from './load/closed-loop.ts'

interface LoopStep {
  readonly step: 'subscribe' | 'publish'
  readonly window: number
  readonly length: Length
}

type Step =
  LoopStep | { readonly step: 'paced publish'; readonly rate: number; readonly seconds: number }

export interface PresenceScenario {
  readonly name: string
  readonly presentities: number
  /** Whether each presentity has presence rules. */
  readonly rules?: boolean
  readonly prepare: readonly Step[]
  readonly measure: Step
  /** Meanwhile icons of 300 KB are stored and asked for in a small size, one after the other. */
  readonly icons?: boolean
  /** What one operation's cost is divided by: itself, or the NOTIFYs it caused. */
  readonly per: 'operation' | 'notification'
  /** Server CPU, µs, that the design allows. */
  readonly target?: number
  /** Milliseconds that it allows. */
  readonly allowed?: Allowed
}

/** Milliseconds. */
export interface Allowed {
  readonly p50?: number
  readonly p999?: number
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

const publishAll = (presentities: number): LoopStep => ({
  step: 'publish',
  window: Math.min(WINDOW, presentities),
  length: { count: presentities * 2 },
})

const watchers = (count: number): LoopStep => ({
  step: 'subscribe',
  window: WINDOW,
  length: { count },
})

export function presenceScenarios(seconds: number): readonly PresenceScenario[] {
  const plain = plainScenarios(seconds)
  const ruled = plain.map((one) => ({ ...one, name: `${one.name}, with rules`, rules: true }))
  return [...plain, ...ruled, ...latencyScenarios(seconds)]
}

function plainScenarios(seconds: number): readonly PresenceScenario[] {
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
      prepare: [publishAll(1000), watchers(10_000)],
      measure: { step: 'publish', window: WINDOW, length: { seconds } },
      per: 'operation',
      target: 220,
    },
    {
      name: 'fan-out to 1,000, a NOTIFY',
      presentities: 1,
      prepare: [publishAll(1), watchers(1000)],
      measure: { step: 'publish', window: 1, length: { seconds } },
      per: 'notification',
      target: 15,
    },
    {
      name: 'SUBSCRIBE with its NOTIFY',
      presentities: 1000,
      prepare: [publishAll(1000), watchers(1000)],
      measure: { step: 'subscribe', window: WINDOW, length: { count: 10_000 * seconds } },
      per: 'operation',
      target: 90,
    },
  ]
}

/** How long the last watcher waits. */
function latencyScenarios(seconds: number): readonly PresenceScenario[] {
  return [
    {
      name: 'fan-out-latency: 1,000 of 10,000',
      presentities: 10,
      rules: true,
      prepare: [publishAll(10), watchers(10_000)],
      // So rarely that none waits for another's.
      measure: { step: 'paced publish', rate: 5, seconds },
      per: 'notification',
      allowed: { p50: 20 },
    },
    {
      name: 'mixed: 200/s × 10, icons',
      presentities: 1000,
      rules: true,
      prepare: [publishAll(1000), watchers(10_000)],
      measure: { step: 'paced publish', rate: 200, seconds },
      icons: true,
      per: 'notification',
      allowed: { p999: 100 },
    },
  ]
}

export const iconScenarios: readonly IconScenario[] = [
  { name: 'icon GET, 20 KB', conditional: false },
  { name: 'icon GET, 304', conditional: true },
]

/** Heap of the presence agent, bytes a subscription. */
export const memoryScenarios = [
  { name: 'memory of a subscription, 10,000 of them', subscriptions: 10_000, target: 2048 },
  { name: 'memory of a subscription, 100,000 of them', subscriptions: 100_000, target: 2048 },
] as const

export const documentScenarios: readonly DocumentScenario[] = [
  { name: 'document GET, 1 KB', method: 'GET', bytes: 1024, target: 125 },
  { name: 'document PUT, 1 KB, fsynced', method: 'PUT', bytes: 1024, target: 400 },
  { name: 'element PUT into 40 KB', method: 'PUT', bytes: 40 * 1024, entry: 200, target: 1200 },
]
