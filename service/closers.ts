/** What has been opened and must be closed again, last first. */
import type { Log } from '../core/model/log.ts'

export interface Closers {
  add(name: string, close: () => Promise<void> | void): void
  /** Closes everything, whatever fails on the way. */
  closeAll(): Promise<void>
}

/** Milliseconds for each; and for all of them together, so that a supervisor (systemd: 90 s) need not kill what hangs. */
const PATIENCE = 10_000
const PATIENCE_TOGETHER = 30_000
/** Each has a moment, however late it is. */
const LEAST_PATIENCE = 1_000

export function createClosers(log: Log): Closers {
  const open: { name: string; close: () => Promise<void> | void }[] = []
  return {
    add(name, close) {
      open.push({ name, close })
    },
    async closeAll() {
      const deadline = performance.now() + PATIENCE_TOGETHER
      for (let last = open.pop(); last; last = open.pop()) {
        const { name, close } = last
        try {
          const left = Math.round(deadline - performance.now())
          await within(Math.min(PATIENCE, Math.max(LEAST_PATIENCE, left)), close)
        } catch (error) {
          log.warn({ error: String(error) }, `${name} did not close cleanly`)
        }
      }
    },
  }
}

async function within(milliseconds: number, close: () => Promise<void> | void): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`not done after ${milliseconds} ms`))
    }, milliseconds)
  })
  try {
    await Promise.race([close(), late])
  } finally {
    clearTimeout(timer)
  }
}
