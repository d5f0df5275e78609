/** Back-end pace: so many SUBSCRIBEs are on their way at once, the others wait in queues. RFC 4662 §7. */
import { createCounts } from '../counts.ts'

export interface BackEndPace<T> {
  /** Waits for its turn. An item that waits already stays where it is. */
  ask(item: T): void
  /** It does not want its turn any more; whether it was waiting for it. */
  leave(item: T): boolean
  /** This one had its turn, and has its answer. */
  answered(item: T): void
  stop(): void
}

interface PaceOptions<T> {
  /** On their way at once. */
  readonly most: number
  /** For whom an item is: they take turns, and nobody has more than half of the way. */
  readonly whose: (item: T) => unknown
  readonly send: (item: T) => void
}

export function createBackEndPace<T>({ most, whose, send }: PaceOptions<T>): BackEndPace<T> {
  const share = Math.ceil(most / 2)
  const waiting = createTurns(whose)
  const underWay = createCounts<unknown>()
  let all = 0

  function next(): void {
    while (all < most) {
      const item = waiting.take((owner) => underWay.of(owner) < share)
      if (item === undefined) return
      all++
      underWay.add(whose(item))
      send(item)
    }
  }

  return {
    ask(item) {
      waiting.add(item)
      next()
    },
    leave: (item) => waiting.delete(item),
    answered(item) {
      all--
      underWay.remove(whose(item))
      next()
    },
    stop() {
      waiting.clear()
    },
  }
}

/** Items that wait, by whom they are for; who had the last turn stands last. */
function createTurns<T>(whose: PaceOptions<T>['whose']) {
  const queues = new Map<unknown, Set<T>>()
  return {
    add(item: T): void {
      const owner = whose(item)
      queues.set(owner, (queues.get(owner) ?? new Set<T>()).add(item))
    },
    delete(item: T): boolean {
      const owner = whose(item)
      const queue = queues.get(owner)
      const wasWaiting = queue?.delete(item) ?? false
      if (queue?.size === 0) queues.delete(owner)
      return wasWaiting
    },
    /** Undefined: nobody waits who may. */
    take(may: (owner: unknown) => boolean): T | undefined {
      for (const [owner, queue] of queues) {
        const [first] = may(owner) ? queue : []
        if (first === undefined) continue
        queue.delete(first)
        queues.delete(owner)
        if (queue.size > 0) queues.set(owner, queue)
        return first
      }
      return undefined
    },
    clear(): void {
      queues.clear()
    },
  }
}
