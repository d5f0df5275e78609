/** Pace: work on very many pairs, a few at a time, so that neither the event loop nor a stream is blocked. */
import type { Cancel, Clock } from '../../core/model/clock.ts'

/** 10,000 a second. */
const BATCH = 100
const PAUSE = 10

/** The first batch runs at once. Gives what ends it. */
export function atPace<T>(clock: Clock, items: Iterable<T>, act: (item: T) => void): Cancel {
  const waiting = items[Symbol.iterator]()
  let cancelPause: Cancel = () => undefined

  function next(): void {
    for (let done = 0; done < BATCH; done++) {
      const item = waiting.next()
      if (item.done) return
      act(item.value)
    }
    cancelPause = clock.after(PAUSE, next)
  }

  next()
  return () => {
    cancelPause()
  }
}
