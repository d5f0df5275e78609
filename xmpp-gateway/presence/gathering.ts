/** Gathering: what comes in bursts is looked at once, when the burst is over. */
import type { Cancel, Clock } from '../../core/model/clock.ts'

export interface Gathering<Key> {
  add(key: Key): void
  close(): void
}

/** One turn of the event loop takes no more than this; the next ones go on. */
const MOST_AT_ONCE = 500
const NEXT_TURN = 1

/** `take` comes `delay` milliseconds after the first of a burst was added, once for each key. */
export function createGathering<Key>({
  delay,
  take,
  clock,
}: {
  delay: number
  take: (key: Key) => void
  clock: Clock
}): Gathering<Key> {
  const gathered = new Set<Key>()
  let cancel: Cancel | undefined

  function takeSome(): void {
    cancel = undefined
    for (const key of [...gathered].slice(0, MOST_AT_ONCE)) {
      gathered.delete(key)
      take(key)
    }
    if (gathered.size > 0) cancel ??= clock.after(NEXT_TURN, takeSome)
  }

  return {
    add(key) {
      gathered.add(key)
      cancel ??= clock.after(delay, takeSome)
    },
    close() {
      cancel?.()
      cancel = undefined
      gathered.clear()
    },
  }
}
