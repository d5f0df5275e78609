/** Overload control: how much of what comes is taken on while the service is late. After the loss-based algorithm of RFC 7339 §6. */

/** `new`: what can be asked again elsewhere or later; `known`: what goes on with something that was granted. */
export type WorkKind = 'new' | 'known'

export interface OverloadControl {
  /** Told at a steady pace: for how many milliseconds what arrives has to wait. */
  note(delay: number): void
  /** Whether one more is taken on. */
  admits(kind: WorkKind): boolean
  /** Of each kind, how much is taken on: 1 is all of it. */
  readonly shares: Readonly<Record<WorkKind, number>>
}

/** Milliseconds. A client sends its request again after these (T1, RFC 3261 §17.1.2.1): who is answered later costs twice. */
const LATE = 500
const IN_TIME = 100
/** What is late for a moment, as while memory is collected, is no overload. */
const LATE_IN_A_ROW = 5

interface Steps {
  readonly least: number
  /** Factor while it is late. */
  readonly less: number
  /** Added while it is in time. */
  readonly more: number
}

/** All of it is taken on again within four seconds, at five notes a second. */
const STEPS: Readonly<Record<WorkKind, Steps>> = {
  new: { least: 0.02, less: 0.6, more: 0.065 },
  known: { least: 0.2, less: 0.6, more: 0.2 },
}
/** New work is given up first, and taken on last. */
const GIVEN_UP: readonly WorkKind[] = ['new', 'known']
const TAKEN_ON: readonly WorkKind[] = ['known', 'new']

/** `random` gives numbers from 0 to 1. */
export function createOverloadControl({ random }: { random: () => number }): OverloadControl {
  const shares: Record<WorkKind, number> = { new: 1, known: 1 }
  let late = 0

  function takeLess(): void {
    const kind = GIVEN_UP.find((one) => shares[one] > STEPS[one].least)
    if (kind) shares[kind] = Math.max(STEPS[kind].least, shares[kind] * STEPS[kind].less)
  }

  function takeMore(): void {
    const kind = TAKEN_ON.find((one) => shares[one] < 1)
    if (kind) shares[kind] = Math.min(1, shares[kind] + STEPS[kind].more)
  }

  return {
    shares,
    note(delay) {
      late = delay > LATE ? late + 1 : 0
      if (late >= LATE_IN_A_ROW) takeLess()
      else if (delay < IN_TIME) takeMore()
    },
    admits: (kind) => shares[kind] === 1 || random() < shares[kind],
  }
}
