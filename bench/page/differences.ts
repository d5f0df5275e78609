/** What a setting adds to a scenario: with digest, rules, two workers, PostgreSQL. */
import type { Figure } from '../runs/figure.ts'
import { SETTINGS, type SettingName } from '../scenarios/presence.ts'
import { shown } from './numbers.ts'

export interface Difference {
  readonly scenario: string
  /** CPU, µs an operation. */
  readonly plain: number
  readonly changed: number
  readonly shownAs: string
  readonly allowed: string
  /** Undefined: nothing was asked for. */
  readonly met: boolean | undefined
}

type Judge = (plain: number, changed: number) => Pick<Difference, 'shownAs' | 'allowed' | 'met'>

const inMicroseconds =
  (most: number): Judge =>
  (plain, changed) => ({
    shownAs: `${shown(changed - plain)} µs`,
    allowed: `≤ ${most} µs`,
    met: changed - plain <= most,
  })

const inPercent =
  (most: number): Judge =>
  (plain, changed) => {
    const part = (changed / plain - 1) * 100
    return { shownAs: `${part.toFixed(0)} %`, allowed: `≤ ${most} %`, met: part <= most }
  }

const inTimes =
  (most: number): Judge =>
  (plain, changed) => ({
    shownAs: `× ${(changed / plain).toFixed(2)}`,
    allowed: `≤ × ${most}`,
    met: changed / plain <= most,
  })

const JUDGES: Readonly<Record<SettingName, Judge>> = {
  rules: inPercent(10),
  digest: inMicroseconds(20),
  workers: inPercent(25),
  postgres: inTimes(1.5),
}

/** Pairs of which both have been measured. */
export function differences(figures: readonly Figure[]): Difference[] {
  const costs = new Map(figures.map((one) => [one.scenario, one.cpuMicroseconds]))
  return Object.entries(SETTINGS).flatMap(([setting, { suffix }]) =>
    [...costs].flatMap(([scenario, changed]) => {
      if (!scenario.endsWith(suffix)) return []
      const plain = costs.get(scenario.slice(0, -suffix.length))
      if (plain === undefined) return []
      return [{ scenario, plain, changed, ...JUDGES[setting as SettingName](plain, changed) }]
    }),
  )
}
