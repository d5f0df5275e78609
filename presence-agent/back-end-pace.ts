/** Back-end pace: so many SUBSCRIBEs are on their way at once, the others wait in a queue. RFC 4662 §7. */

export interface BackEndPace<T> {
  /** Waits for its turn. An item that waits already stays where it is. */
  ask(item: T): void
  /** It does not want its turn any more; whether it was waiting for it. */
  leave(item: T): boolean
  /** One that had its turn has its answer. */
  answered(): void
  stop(): void
}

export function createBackEndPace<T>(most: number, send: (item: T) => void): BackEndPace<T> {
  const waiting = new Set<T>()
  let onTheirWay = 0
  const next = () => {
    for (const item of waiting) {
      if (onTheirWay >= most) return
      waiting.delete(item)
      onTheirWay++
      send(item)
    }
  }
  return {
    ask(item) {
      waiting.add(item)
      next()
    },
    leave: (item) => waiting.delete(item),
    answered() {
      onTheirWay--
      next()
    },
    stop() {
      waiting.clear()
    },
  }
}
