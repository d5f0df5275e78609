/** Watches of a gateway that have something to tell: the newest of each, so many in one turn of the event loop. */
import type { Clock } from '../../core/model/clock.ts'
import type { Log } from '../../core/model/log.ts'
import { createExpiryQueue, type Expiring } from '../expiry-queue.ts'
import { guarded } from '../turn-batch.ts'

export interface QueuedWatch extends Expiring {
  /** How things stand now. */
  tell(): void
  /** What could not be had is asked for once more. */
  again(): void
}

export interface WatchQueue {
  /** Never at once, so that nobody hears in the middle of what they do. */
  tellSoon(watch: QueuedWatch): void
  /** After a minute or two. */
  tryLater(watch: QueuedWatch): void
  leave(watch: QueuedWatch): void
  stop(): void
}

interface WatchQueueParts {
  readonly clock: Clock
  /** 0 to 1, to spread those who failed together. */
  readonly random?: () => number
  readonly log: Log
}

/** Watches that one turn of the event loop should bear. */
const LARGEST_TURN = 500
/** Milliseconds: as much again is left to chance. */
const PAUSE = 60_000

export function createWatchQueue({
  clock,
  random = Math.random,
  log,
}: WatchQueueParts): WatchQueue {
  const untold = createUntold(log)
  const retries = createExpiryQueue<QueuedWatch>(clock, (due) => {
    for (const watch of due) {
      guarded(() => {
        watch.again()
      }, log)
    }
  })
  return {
    tellSoon(watch) {
      untold.add(watch)
    },
    tryLater(watch) {
      retries.remove(watch)
      watch.dueAt = clock.now() + PAUSE * (1 + random())
      retries.add(watch)
    },
    leave(watch) {
      untold.remove(watch)
      retries.remove(watch)
    },
    stop() {
      untold.stop()
      retries.stop()
    },
  }
}

function createUntold(log: Log) {
  const waiting = new Set<QueuedWatch>()
  let scheduled = false

  function run(): void {
    scheduled = false
    let room = LARGEST_TURN
    for (const watch of waiting) {
      if (room-- === 0) break
      waiting.delete(watch)
      guarded(() => {
        watch.tell()
      }, log)
    }
    if (waiting.size > 0) schedule()
  }

  function schedule(): void {
    if (scheduled) return
    scheduled = true
    setImmediate(run)
  }

  return {
    add(watch: QueuedWatch): void {
      waiting.add(watch)
      schedule()
    },
    remove(watch: QueuedWatch): void {
      waiting.delete(watch)
    },
    stop(): void {
      waiting.clear()
      // Nothing is run any more.
      scheduled = true
    },
  }
}
