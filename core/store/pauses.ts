/** Pauses of work in the background, cut short when it is to end. */
import type { Clock } from '../model/clock.ts'

export interface Pauses {
  readonly take: () => Promise<void>
  /** Ends the present one; there are no others. */
  readonly end: () => void
}

export function createPauses({
  clock,
  milliseconds,
}: {
  clock: Clock
  milliseconds: number
}): Pauses {
  let ended = false
  let wake = () => {}
  return {
    take: () =>
      new Promise((resolve) => {
        if (ended) {
          resolve()
          return
        }
        const cancel = clock.after(milliseconds, resolve)
        wake = () => {
          cancel()
          resolve()
        }
      }),
    end() {
      ended = true
      wake()
    },
  }
}
