/** Lets each contact's work run once at a time and wait once, and few contacts at once. */
import type { Clock } from '../../core/model/clock.ts'
import { createDelays } from './delays.ts'

export interface Turns<Key> {
  /** The work for this key is to begin again, `delay` milliseconds from now at the latest. */
  ask(key: Key, delay?: number): void
  close(): void
}

export function createTurns<Key>({
  concurrency,
  clock,
  work,
}: {
  concurrency: number
  clock: Clock
  /** Must not reject. */
  work: (key: Key) => Promise<void>
}): Turns<Key> {
  const waiting = new Set<Key>()
  const running = new Set<Key>()
  const delays = createDelays<Key>({ clock, over: enter })

  function enter(key: Key) {
    waiting.add(key)
    begin()
  }

  function begin() {
    // Those that run already, and so are passed over, are never more than run at once.
    for (const key of waiting) {
      if (running.size >= concurrency) return
      if (!running.has(key)) void run(key)
    }
  }

  async function run(key: Key) {
    waiting.delete(key)
    running.add(key)
    await work(key)
    running.delete(key)
    begin()
  }

  return {
    ask(key, delay) {
      delays.begin(key, delay)
    },
    close() {
      delays.close()
      waiting.clear()
    },
  }
}
