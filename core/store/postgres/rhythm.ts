/** Rhythm: does a thing again and again, soon when woken and after a while when not, never twice at once. */

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
  const sleep = createSleep()
  let isClosed = false
  let waiting: (() => void)[] = []

  /** Tells whether it worked. */
  async function once(action: () => Promise<void>): Promise<boolean> {
    const told = waiting
    waiting = []
    try {
      await action()
      return true
    } catch {
      return false
    } finally {
      for (const tell of told) tell()
    }
  }

  return {
    wake: sleep.end,
    isClosed: () => isClosed,
    async run(action) {
      while (!isClosed) {
        const worked = await once(action)
        if (worked) await sleep.of(POLL)
        else await sleep.deeply(AFTER_FAILURE, () => isClosed)
      }
      for (const tell of waiting) tell()
    },
    async caughtUp() {
      if (isClosed) return
      sleep.end()
      await new Promise<void>((resolve) => waiting.push(resolve))
    },
    close() {
      isClosed = true
      sleep.end()
    },
  }
}

interface Sleep {
  readonly of: (milliseconds: number) => Promise<void>
  /** Ends before its time only when `isOver` says so. */
  readonly deeply: (milliseconds: number, isOver: () => boolean) => Promise<void>
  /** Wakes who sleeps, or who is about to. */
  readonly end: () => void
}

function createSleep(): Sleep {
  let wakeSleeper: (() => void) | undefined
  let isWanted = false

  async function of(milliseconds: number): Promise<void> {
    if (!isWanted) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, milliseconds).unref()
        wakeSleeper = () => {
          clearTimeout(timer)
          resolve()
        }
      })
    }
    wakeSleeper = undefined
    isWanted = false
  }

  return {
    of,
    async deeply(milliseconds, isOver) {
      const until = performance.now() + milliseconds
      while (!isOver() && performance.now() < until) await of(until - performance.now())
    },
    end() {
      if (wakeSleeper) wakeSleeper()
      else isWanted = true
    },
  }
}
