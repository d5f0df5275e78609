/** Change publisher: the store's end of the change feed. */
import type { Change, ChangeFeed } from '../model/change-feed.ts'
import type { Log } from '../model/log.ts'

export interface ChangePublisher {
  readonly changes: ChangeFeed
  readonly publish: (change: Change) => void
}

export function createChangePublisher({ log }: { log: Log }): ChangePublisher {
  const listeners = new Set<{ readonly hear: (change: Change) => void }>()
  return {
    changes: {
      subscribe(listener) {
        const entry = { hear: listener }
        listeners.add(entry)
        return () => {
          listeners.delete(entry)
        }
      },
    },
    publish(change) {
      for (const { hear } of [...listeners]) {
        try {
          hear(change)
        } catch (error) {
          // What is stored is stored: a listener that fails hinders neither the writer nor the other listeners.
          log.error({ err: error, change }, 'a listener of the change feed failed')
        }
      }
    },
  }
}
