/** What the bench measures of SIP, as data: steps that prepare, and the one that counts. */
import type { Length } from '../load/closed-loop.ts'
import type { Allowed } from '../runs/figure.ts'
import { WARM_UP, type Measurable } from '../runs/measurement.ts'
import type { Setting } from '../servers/visage.ts'

interface LoopStep {
  readonly step: 'subscribe' | 'publish'
  readonly window: number
  readonly length: Length
}

type Step =
  LoopStep | { readonly step: 'paced publish'; readonly rate: number; readonly seconds: number }

export interface PresenceScenario extends Measurable {
  readonly presentities: number
  /** Whether each presentity has presence rules. */
  readonly rules?: boolean
  readonly prepare: readonly Step[]
  readonly measure: Step
  /** Meanwhile icons of 300 KB are stored and asked for in a small size, one after the other. */
  readonly icons?: boolean
  readonly setting?: Setting
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

const warmUp = (window: number): LoopStep => ({ step: 'publish', window, length: WARM_UP })

const WARMING_WATCHERS = 20_000

export const SCENARIO = {
  publish: 'PUBLISH, no watchers',
  publishTen: 'PUBLISH, 10 watchers each',
  fanOut: 'fan-out to 1,000, a NOTIFY',
  subscribe: 'SUBSCRIBE with its NOTIFY',
  publishTenPostgres: 'PUBLISH, 10 watchers each, PostgreSQL',
  burst: '10,000 SUBSCRIBEs at once, window 64',
} as const

interface NamedSetting {
  readonly suffix: string
  readonly difference: Partial<PresenceScenario>
  /** Of which scenarios. */
  readonly of: readonly string[]
}

const { publish, publishTen, fanOut, subscribe } = SCENARIO
const BASIC = [publish, publishTen, fanOut, subscribe]

/** Under which the same is measured again. */
export const SETTINGS = {
  rules: { suffix: ', with rules', difference: { rules: true }, of: BASIC },
  digest: { suffix: ', digest', difference: { setting: { digest: true } }, of: [publish] },
  workers: { suffix: ', 2 workers', difference: { setting: { workers: 2 } }, of: BASIC },
  postgres: {
    suffix: ', PostgreSQL',
    difference: { setting: { postgres: true } },
    of: [publish, publishTen],
  },
} as const satisfies Record<string, NamedSetting>

export type SettingName = keyof typeof SETTINGS

/** Server CPU, µs. */
const ALLOWED: Readonly<Record<string, number>> = {
  [SCENARIO.publish]: 35,
  [SCENARIO.publishTen]: 140,
  [SCENARIO.fanOut]: 10,
  [SCENARIO.subscribe]: 60,
}

/** The four that every peer and every setting is measured by. */
export function basicScenarios(seconds: number): readonly PresenceScenario[] {
  return [
    {
      name: SCENARIO.publish,
      presentities: 1000,
      prepare: [publishAll(1000), warmUp(WINDOW)],
      measure: { step: 'publish', window: WINDOW, length: { seconds } },
    },
    {
      name: SCENARIO.publishTen,
      presentities: 1000,
      prepare: [publishAll(1000), watchers(10_000), warmUp(WINDOW)],
      measure: { step: 'publish', window: WINDOW, length: { seconds } },
    },
    {
      name: SCENARIO.fanOut,
      presentities: 1,
      prepare: [publishAll(1), watchers(1000), warmUp(1)],
      measure: { step: 'publish', window: 1, length: { seconds } },
      per: 'notification',
    },
    {
      name: SCENARIO.subscribe,
      presentities: 1000,
      prepare: [publishAll(1000), watchers(WARMING_WATCHERS)],
      measure: { step: 'subscribe', window: WINDOW, length: { count: 10_000 * seconds } },
    },
  ]
}

export function presenceScenarios(seconds: number): readonly PresenceScenario[] {
  return [
    ...basicScenarios(seconds).flatMap((one) => [
      { ...one, allowed: { cpuMicroseconds: ALLOWED[one.name]! } },
      ...variations(one),
    ]),
    burst,
    ...latencyScenarios(seconds),
  ]
}

/** Each right after the plain one, so that a noisy machine is as noisy for both. */
function variations(scenario: PresenceScenario): PresenceScenario[] {
  return Object.values<NamedSetting>(SETTINGS)
    .filter(({ of }) => of.includes(scenario.name))
    .map(({ suffix, difference }) => ({
      ...scenario,
      name: scenario.name + suffix,
      ...difference,
    }))
}

const burst: PresenceScenario = {
  name: SCENARIO.burst,
  presentities: 1000,
  prepare: [publishAll(1000), watchers(WARMING_WATCHERS)],
  measure: watchers(10_000),
  allowed: { perSecond: 15_000 },
}

/** How long the last watcher waits. */
function latencyScenarios(seconds: number): readonly PresenceScenario[] {
  const per = 'notification'
  const latency = (allowed: Allowed) => ({ rules: true, per, allowed }) as const
  return [
    {
      name: 'fan-out-latency: 1,000 of 10,000',
      presentities: 10,
      prepare: [publishAll(10), watchers(10_000)],
      // So rarely that none waits for another's.
      measure: { step: 'paced publish', rate: 5, seconds },
      ...latency({ p50: 20 }),
    },
    {
      name: 'mixed: 200/s × 10, icons',
      presentities: 1000,
      prepare: [publishAll(1000), watchers(10_000)],
      measure: { step: 'paced publish', rate: 200, seconds },
      icons: true,
      ...latency({ p999: 100 }),
    },
  ]
}
