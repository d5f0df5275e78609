/** Pair listeners: the gateway's parts hear what becomes of pairs. */
import type { Log } from '../../core/model/log.ts'
import { createListeners } from '../listeners.ts'
import type { PairListener } from '../pair.ts'

export interface PairListeners {
  /** Gives what ends it. */
  readonly follow: (listener: PairListener) => () => void
  readonly tell: Required<PairListener>
}

export function createPairListeners({ log }: { log: Log }): PairListeners {
  const { follow, tell } = createListeners<PairListener>(log)
  return {
    follow,
    tell: {
      authorized: (...news) => {
        tell((listener) => listener.authorized?.(...news))
      },
      forgotten: (...news) => {
        tell((listener) => listener.forgotten?.(...news))
      },
      shown: (...news) => {
        tell((listener) => listener.shown?.(...news))
      },
      resource: (...news) => {
        tell((listener) => listener.resource?.(...news))
      },
    },
  }
}
