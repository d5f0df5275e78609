/** Stale mark: something is brought up to date once at a time, and once more when it grew stale meanwhile. */

export interface StaleMark {
  set(): void
  /** Begins what is needed. Undefined: it is up to date. Never rejects. */
  cleared(): Promise<void> | undefined
}

/** Stale in the beginning, and after a failure. */
export function createStaleMark({
  update,
  run,
  failed,
}: {
  update: () => Promise<void>
  /** Runs it when its turn comes. */
  run: (work: () => Promise<void>) => Promise<void>
  failed: (error: unknown) => void
}): StaleMark {
  let isStale = true
  let running: Promise<void> | undefined

  async function updateAll(): Promise<void> {
    while (isStale) {
      isStale = false
      await update()
    }
    running = undefined
  }

  async function clear(): Promise<void> {
    try {
      await run(updateAll)
    } catch (error) {
      isStale = true
      running = undefined
      failed(error)
    }
  }

  return {
    set: () => {
      isStale = true
    },
    cleared() {
      if (isStale) running ??= clear()
      return running
    },
  }
}
