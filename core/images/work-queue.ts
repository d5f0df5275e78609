/** Lets a few pieces of work run at once and a few more wait, so that a storm is refused and not remembered. */

export interface WorkQueue {
  /** Rejects with `QueueFull` at once when too many wait already. */
  run<T>(work: () => Promise<T>): Promise<T>
}

export class QueueFull extends Error {
  override readonly name = 'QueueFull'
}

export function createWorkQueue({
  concurrency,
  waiting: mostWaiting,
}: {
  concurrency: number
  waiting: number
}): WorkQueue {
  const waiting: (() => void)[] = []
  let running = 0
  return {
    run: async (work) => {
      if (running >= concurrency) {
        if (waiting.length >= mostWaiting) throw new QueueFull('too many images at once')
        // Whoever ends hands its place on.
        await new Promise<void>((resolve) => waiting.push(resolve))
      } else {
        running++
      }
      try {
        return await work()
      } finally {
        const next = waiting.shift()
        if (next) next()
        else running--
      }
    },
  }
}
