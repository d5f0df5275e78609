/** Recompositions: states that time alone changes, as an activity that ends or a call that nobody answers. RFC 4480 §3.1. */
import type { Clock } from '../core/model/clock.ts'
import type { Aor } from '../core/uri/aor.ts'
import { createExpiryQueue, type Expiring } from './expiry-queue.ts'
import { watchedKey, type Watched } from './watcher-info/watched.ts'

export interface Recompositions {
  /** The state is another one from then on, in milliseconds since the epoch; replaces what was said of it before. */
  at(watched: Watched, changesAt: number): void
  stop(): void
}

interface Due extends Expiring {
  readonly watched: Watched
}

/** `due` is called for what has changed; it may be watched no more. */
export function createRecompositions(
  clock: Clock,
  due: (eventPackage: string, presentity: Aor) => void,
): Recompositions {
  const byResource = new Map<string, Due>()
  const queue = createExpiryQueue<Due>(clock, (items) => {
    for (const { watched } of items) {
      byResource.delete(watchedKey(watched))
      due(watched.eventPackage, watched.presentity)
    }
  })
  return {
    at(watched, changesAt) {
      const key = watchedKey(watched)
      const before = byResource.get(key)
      if (before) queue.remove(before)
      const item = { watched, dueAt: changesAt, place: -1 }
      byResource.set(key, item)
      queue.add(item)
    },
    stop() {
      queue.stop()
    },
  }
}
