/** What is to happen, in order of time: a binary heap. */
export interface Event {
  /** Seconds since the beginning. */
  readonly at: number
}

export interface EventQueue<T extends Event> {
  add(event: T): void
  /** Undefined when nothing is left. */
  next(): T | undefined
}

export function createEventQueue<T extends Event>(): EventQueue<T> {
  const heap: T[] = []
  const before = (one: number, other: number) => heap[one]!.at < heap[other]!.at
  const swap = (one: number, other: number) => {
    ;[heap[one], heap[other]] = [heap[other]!, heap[one]!]
  }
  const rise = (place: number) => {
    for (let at = place, parent; at > 0 && before(at, (parent = (at - 1) >> 1)); at = parent) {
      swap(at, parent)
    }
  }
  const sink = () => {
    for (let at = 0; ;) {
      let least = at
      for (const child of [2 * at + 1, 2 * at + 2]) {
        if (child < heap.length && before(child, least)) least = child
      }
      if (least === at) return
      swap(at, least)
      at = least
    }
  }
  return {
    add(event) {
      heap.push(event)
      rise(heap.length - 1)
    },
    next() {
      const first = heap[0]
      const last = heap.pop()
      if (heap.length > 0 && last) {
        heap[0] = last
        sink()
      }
      return first
    },
  }
}
