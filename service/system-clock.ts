/** The system's clock. */
import type { Clock } from '../core/model/clock.ts'

/** setTimeout takes no more: about 24 days. */
const LONGEST_TIMER_MS = 2 ** 31 - 1

export const systemClock: Clock = {
  now: () => Date.now(),
  after(milliseconds, action) {
    const timer = setTimeout(action, Math.min(milliseconds, LONGEST_TIMER_MS)).unref()
    return () => {
      clearTimeout(timer)
    }
  },
}
