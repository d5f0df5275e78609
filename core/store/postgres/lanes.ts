/** Lanes: a few connections for transactions, each used by one at a time; who finds none free waits for his turn. */
import { StoreUnavailable } from '../../model/store-unavailable.ts'
import type { Connection } from './connection.ts'

export interface Lanes {
  /** Rejects with StoreUnavailable when too many wait already. */
  readonly use: <T>(action: (lane: Connection) => Promise<T>) => Promise<T>
  readonly close: () => void
}

const MOST_WAITING = 2_000

export function createLanes(lanes: readonly Connection[]): Lanes {
  const free = [...lanes]
  const waiting: ((lane: Connection) => void)[] = []

  function take(): Promise<Connection> {
    const lane = free.pop()
    if (lane) return Promise.resolve(lane)
    if (waiting.length >= MOST_WAITING) {
      return Promise.reject(new StoreUnavailable('failed', 'too many wait for the database'))
    }
    return new Promise((resolve) => waiting.push(resolve))
  }

  function giveBack(lane: Connection): void {
    const next = waiting.shift()
    if (next) next(lane)
    else free.push(lane)
  }

  return {
    async use(action) {
      const lane = await take()
      try {
        return await action(lane)
      } finally {
        giveBack(lane)
      }
    },
    close() {
      for (const lane of lanes) lane.close()
    },
  }
}
