/** Time as the client library needs it, so that tests can step it. */

export interface ClientClock {
  /** Milliseconds since the epoch. */
  now(): number
  /** Runs `action` once, `milliseconds` from now; the function it gives undoes that. */
  after(milliseconds: number, action: () => void): () => void
}

export const systemClock: ClientClock = {
  now: () => Date.now(),
  after(milliseconds, action) {
    const timer = setTimeout(action, milliseconds)
    return () => {
      clearTimeout(timer)
    }
  },
}

/** Waits for the work, but no longer than that. */
export async function withinMs(
  limit: number,
  work: Promise<unknown>,
  clock: ClientClock,
): Promise<void> {
  let cancel: () => void = () => undefined
  const timeUp = new Promise<void>((resolve) => {
    cancel = clock.after(limit, resolve)
  })
  await Promise.race([work, timeUp])
  cancel()
}
