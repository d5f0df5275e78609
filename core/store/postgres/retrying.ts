/** Repeats what failed for a while: long enough for a standby to take over, and no longer than a client waits. */
import { setTimeout as pause } from 'node:timers/promises'
import { StoreUnavailable } from '../../model/store-unavailable.ts'
import { failureOf, unavailable } from './failure.ts'

export interface Retrying {
  /**
   * Runs the action until it succeeds. `isRepeat`: an attempt before this one ended without an answer and may have been done.
   * Rejects with StoreUnavailable after some seconds, and at once when the database has been away for as long already.
   * An error that the action throws after the server's refusal passes as it is when `keep` says so.
   */
  readonly run: <T>(
    action: (isRepeat: boolean) => Promise<T>,
    keep?: (error: unknown) => boolean,
  ) => Promise<T>
  /** The database answered somebody. */
  readonly worked: () => void
}

const PATIENCE_MS = 4_000
const FIRST_PAUSE_MS = 20
const LONGEST_PAUSE_MS = 400

export function createRetrying(): Retrying {
  let awaySince: number | undefined

  function patienceEnds(error: unknown, began: number): number {
    if (failureOf(error) === 'repeat') return began + PATIENCE_MS
    awaySince ??= performance.now()
    return Math.min(began, awaySince) + PATIENCE_MS
  }

  async function run<T>(
    action: (isRepeat: boolean) => Promise<T>,
    keep?: (error: unknown) => boolean,
  ): Promise<T> {
    const began = performance.now()
    let isRepeat = false
    for (let wait = FIRST_PAUSE_MS; ; wait = Math.min(2 * wait, LONGEST_PAUSE_MS)) {
      try {
        const result = await action(isRepeat)
        awaySince = undefined
        return result
      } catch (error) {
        if (keep?.(error) === true) throw error
        if (error instanceof StoreUnavailable) throw error
        const failure = failureOf(error)
        if (failure === 'refused') throw unavailable(error)
        if (performance.now() + wait > patienceEnds(error, began)) throw unavailable(error)
        isRepeat ||= failure === 'ambiguous'
        await pause(wait)
      }
    }
  }

  return {
    run,
    worked() {
      awaySince = undefined
    },
  }
}
