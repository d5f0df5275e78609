/** Rhythm: does a thing again and again, soon when woken and after a while when not, never twice at once. */
import { performance } from 'node:perf_hooks'

export interface Rhythm {
  /** Goes on until `close`; resolves when the last time is over. */
  readonly run: (action: () => Promise<void>) => Promise<void>
  readonly wake: () => void
  /** Resolves when a time that began after the call is over, whatever came of it. */
  readonly caughtUp: () => Promise<void>
  readonly isClosed: () => boolean
  readonly close: () => void
}

/** Milliseconds. */
const POLL = 500
/** After a failure, also when woken. */
const AFTER_FAILURE = 100

export function createRhythm(): Rhythm {
  let isClosed = false
  let isWoken = false
  let endSleep: (() => void) | undefined
  let waiting: (() => void)[] = []

  function sleep(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, milliseconds).unref()
      endSleep = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }

  function wake(): void {
    isWoken = true
    endSleep?.()
  }

  async function once(action: () => Promise<void>): Promise<void> {
    const told = waiting
    waiting = []
    isWoken = false
    const worked = await action().then(
      () => true,
      () => false,
    )
    for (const tell of told) tell()
    if (!worked && !isClosed) await sleepDeeply()
  }

  async function sleepDeeply(): Promise<void> {
    const end = performance.now() + AFTER_FAILURE
    while (!isClosed && performance.now() < end) await sleep(AFTER_FAILURE)
  }

  return {
    wake,
    isClosed: () => isClosed,
    async run(action) {
      while (!isClosed) {
        await once(action)
        if (!isWoken) await sleep(POLL)
      }
      for (const tell of waiting) tell()
    },
    caughtUp() {
      if (isClosed) return Promise.resolve()
      return new Promise((resolve) => {
        waiting.push(resolve)
        wake()
      })
    },
    close() {
      isClosed = true
      wake()
    },
  }
}
