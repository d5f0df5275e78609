/** Listeners: each is told, and one that throws does the others no harm. */
import type { Log } from '../core/model/log.ts'

export interface Listeners<Listener> {
  /** Gives what ends it. */
  readonly follow: (listener: Listener) => () => void
  /** `hear`: lets one of them hear the news. */
  readonly tell: (hear: (listener: Listener) => void) => void
}

export function createListeners<Listener>(log: Log): Listeners<Listener> {
  const listeners = new Set<Listener>()
  return {
    follow(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    tell(hear) {
      for (const listener of listeners) {
        try {
          hear(listener)
        } catch (error) {
          log.error({ err: error }, 'a part of the XMPP gateway failed')
        }
      }
    },
  }
}
