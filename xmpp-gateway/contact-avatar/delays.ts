/** Waits for many at once, for each until the soonest time that was named. */
import type { Cancel, Clock } from '../../core/model/clock.ts'

export interface Delays<Key> {
  /** Milliseconds; over at once when there is nothing to wait for. */
  begin(key: Key, milliseconds?: number): void
  /** Nothing is begun or over from now on. */
  close(): void
}

export function createDelays<Key>({
  clock,
  over,
}: {
  clock: Clock
  over: (key: Key) => void
}): Delays<Key> {
  const waits = new Map<Key, { due: number; cancel: Cancel }>()
  let isClosed = false

  function end(key: Key) {
    waits.get(key)?.cancel()
    waits.delete(key)
    over(key)
  }

  return {
    begin(key, milliseconds = 0) {
      const due = clock.now() + milliseconds
      const planned = waits.get(key)
      if (isClosed || (planned && planned.due <= due)) return
      planned?.cancel()
      if (milliseconds <= 0) {
        end(key)
        return
      }
      const cancel = clock.after(milliseconds, () => {
        end(key)
      })
      waits.set(key, { due, cancel })
    },
    close() {
      isClosed = true
      for (const { cancel } of waits.values()) cancel()
      waits.clear()
    },
  }
}
