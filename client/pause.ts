/** Pause: a wait that ends early when something happens. */
import type { ClientClock } from './client-clock.ts'

export interface Pause {
  /** Waits so many milliseconds, or for as long as nothing happens when none are given. One wait at a time. */
  until(milliseconds?: number): Promise<void>
  /** Something happened: the wait is over. Nothing when there is none. */
  wake(): void
}

export function createPause(clock: ClientClock): Pause {
  let end: () => void = () => undefined
  return {
    async until(milliseconds) {
      let cancel: () => void = () => undefined
      await new Promise<void>((resolve) => {
        end = resolve
        if (milliseconds !== undefined) cancel = clock.after(milliseconds, resolve)
      })
      cancel()
    },
    wake: () => {
      end()
    },
  }
}
