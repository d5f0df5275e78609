/** One scenario, measured of Visage and of its peers. */
import type { Figure } from '../runs/figure.ts'

export const VISAGE = 'Visage'

/** Medians of one scenario, Visage's first. */
export interface Comparison {
  readonly scenario: string
  readonly contestants: readonly { readonly name: string; readonly figure: Figure }[]
}

/** How often Visage's CPU an operation costs the other. */
export function timesVisage({ contestants }: Comparison, figure: Figure): number {
  const ours = contestants.find(({ name }) => name === VISAGE)?.figure.cpuMicroseconds
  return figure.cpuMicroseconds / (ours ?? NaN)
}
