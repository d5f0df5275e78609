/** A clock that no correction of the system's time moves, for timers that last seconds. RFC 3261 §17. */
import type { Clock } from '../core/model/clock.ts'
import { systemClock } from './system-clock.ts'

export const steadyClock: Clock = {
  now: () => Math.round(performance.timeOrigin + performance.now()),
  after: (milliseconds, action) => systemClock.after(milliseconds, action),
}
