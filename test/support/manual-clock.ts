/** A clock that stands still until the test steps it. */
import type { Clock } from '../../core/model/clock.ts'

export interface ManualClock extends Clock {
  /** Moves the time on; what falls due runs on the way, in order, at its own time. */
  advance(milliseconds: number): void
}

interface Timer {
  readonly at: number
  readonly action: () => void
}

export function createManualClock(startMs = 1_700_000_000_000): ManualClock {
  let now = startMs
  const timers = new Set<Timer>()

  function nextDue(until: number): Timer | undefined {
    let next: Timer | undefined
    for (const timer of timers) {
      if (timer.at <= until && (next === undefined || timer.at < next.at)) next = timer
    }
    return next
  }

  return {
    now: () => now,
    after(milliseconds, action) {
      const timer = { at: now + Math.max(0, milliseconds), action }
      timers.add(timer)
      return () => {
        timers.delete(timer)
      }
    },
    advance(milliseconds) {
      const until = now + milliseconds
      for (let timer = nextDue(until); timer; timer = nextDue(until)) {
        timers.delete(timer)
        now = timer.at
        timer.action()
      }
      now = until
    },
  }
}
