/** Listeners: each is told, and one that throws does the others no harm. */
import type { Log } from '../../core/model/log.ts'

export interface Listeners<T> {
  readonly tell: (told: T) => void
  /** Gives what ends it. */
  readonly follow: (listener: (told: T) => void) => () => void
}

export function createListeners<T>(log: Log): Listeners<T> {
  const listeners = new Set<(told: T) => void>()
  return {
    tell(told) {
      for (const listener of listeners) {
        try {
          listener(told)
        } catch (error) {
          log.error({ err: error }, 'a listener failed')
        }
      }
    },
    follow(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}
