/** Pair listeners: the gateway's parts hear what becomes of pairs; one that throws does the others no harm. */
import type { Log } from '../../core/model/log.ts'
import type { PairListener } from '../pair.ts'

export interface PairListeners {
  /** Gives what ends it. */
  readonly follow: (listener: PairListener) => () => void
  readonly tell: Required<PairListener>
}

export function createPairListeners({ log }: { log: Log }): PairListeners {
  const listeners = new Set<PairListener>()

  function each(hear: (listener: PairListener) => void): void {
    for (const listener of listeners) {
      try {
        hear(listener)
      } catch (error) {
        log.error({ err: error }, 'news of an XMPP contact could not be handled')
      }
    }
  }

  return {
    follow(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    tell: {
      authorized: (...news) => {
        each((listener) => listener.authorized?.(...news))
      },
      forgotten: (...news) => {
        each((listener) => listener.forgotten?.(...news))
      },
      shown: (...news) => {
        each((listener) => listener.shown?.(...news))
      },
      resource: (...news) => {
        each((listener) => listener.resource?.(...news))
      },
    },
  }
}
