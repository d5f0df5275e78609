/** Expiry queue: soonest first, one timer for all. A binary heap whose items know their place, so that they can leave early. */
import type { Cancel, Clock } from '../core/model/clock.ts'

export interface Expiring {
  /** Milliseconds since the epoch. Changed only while the item is outside the queue. */
  dueAt: number
  /** Kept by the queue; -1 outside it. */
  place: number
}

export interface ExpiryQueue<T extends Expiring> {
  add(item: T): void
  /** Harmless when the item is not in the queue. */
  remove(item: T): void
  stop(): void
}

/** No timer waits longer: the system's own timers end at 2^31 ms. */
const LONGEST_WAIT = 3_600_000
/** More than these at once wait for the next turn of the event loop. */
const LARGEST_BATCH = 1_000

/** `expired` gets items that have left the queue, soonest first. */
export function createExpiryQueue<T extends Expiring>(
  clock: Clock,
  expired: (items: readonly T[]) => void,
): ExpiryQueue<T> {
  const heap: T[] = []
  let armedFor = Infinity
  let cancel: Cancel | undefined

  function arm(): void {
    const soonest = heap[0]?.dueAt ?? Infinity
    // A timer that fires too early finds nothing and is set again: cheaper than moving it at every change.
    if (soonest >= armedFor) return
    cancel?.()
    armedFor = soonest
    const wait = Math.min(Math.max(0, soonest - clock.now()), LONGEST_WAIT)
    cancel = clock.after(wait, () => {
      armedFor = Infinity
      const items = takeDue(heap, clock.now())
      arm()
      if (items.length > 0) expired(items)
    })
  }

  return {
    add(item) {
      heap.push(item)
      rise(heap, heap.length - 1, item)
      arm()
    },
    remove(item) {
      if (heap[item.place] === item) removeAt(heap, item.place)
    },
    stop() {
      cancel?.()
      // Nothing is soon enough to be armed again.
      armedFor = -Infinity
    },
  }
}

function takeDue<T extends Expiring>(heap: T[], now: number): T[] {
  const items: T[] = []
  for (let first = heap[0]; first && first.dueAt <= now; first = heap[0]) {
    if (items.length === LARGEST_BATCH) break
    removeAt(heap, 0)
    items.push(first)
  }
  return items
}

function removeAt(heap: Expiring[], place: number): void {
  const gone = heap[place]
  const last = heap.pop()
  if (gone) gone.place = -1
  if (!last || last === gone) return
  sink(heap, place, last)
  rise(heap, last.place, last)
}

function rise(heap: Expiring[], start: number, item: Expiring): void {
  let place = start
  while (place > 0) {
    const above = (place - 1) >> 1
    const parent = heap[above]
    if (!parent || parent.dueAt <= item.dueAt) break
    settle(heap, place, parent)
    place = above
  }
  settle(heap, place, item)
}

function sink(heap: Expiring[], start: number, item: Expiring): void {
  let place = start
  for (;;) {
    const below = soonerChild(heap, place)
    const child = heap[below]
    if (!child || child.dueAt >= item.dueAt) break
    settle(heap, place, child)
    place = below
  }
  settle(heap, place, item)
}

function soonerChild(heap: readonly Expiring[], place: number): number {
  const left = 2 * place + 1
  const leftDue = heap[left]?.dueAt ?? Infinity
  const rightDue = heap[left + 1]?.dueAt ?? Infinity
  return rightDue < leftDue ? left + 1 : left
}

function settle(heap: Expiring[], place: number, item: Expiring): void {
  heap[place] = item
  item.place = place
}
