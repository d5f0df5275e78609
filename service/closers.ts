/** What has been opened and must be closed again, last first. */
import type { Log } from '../core/model/log.ts'

export interface Closers {
  add(name: string, close: () => Promise<void> | void): void
  /** Closes everything, whatever fails on the way. */
  closeAll(): Promise<void>
}

/** Milliseconds for each. */
const PATIENCE = 10_000

export function createClosers(log: Log): Closers {
  const open: { name: string; close: () => Promise<void> | void }[] = []
  return {
    add(name, close) {
      open.push({ name, close })
    },
    async closeAll() {
      for (let last = open.pop(); last; last = open.pop()) {
        const { name, close } = last
        try {
          await within(PATIENCE, close)
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
