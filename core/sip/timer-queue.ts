/** Timers of equal length are one queue with one alarm: what was set first rings first. */
import type { Clock } from './surroundings.ts'

const BLOCK = 1024
/** So many ring at once before others get their turn. */
const BURST = 10_000

class Block {
  readonly due = new Float64Array(BLOCK)
  readonly id = new Int32Array(BLOCK)
  readonly generation = new Int32Array(BLOCK)
  begin = 0
  end = 0
  next: Block | undefined
}

export interface TimerQueue {
  /** Rings for this id and generation after the queue's delay. There is no cancelling: the bell checks the generation. */
  push(id: number, generation: number): void
  stop(): void
}

export function createTimerQueue(options: {
  clock: Clock
  /** Milliseconds. */
  delay: number
  ring: (id: number, generation: number) => void
}): TimerQueue {
  const { clock, delay, ring } = options
  let first = new Block()
  let last = first
  let cancel: (() => void) | undefined

  const arm = (milliseconds: number) => {
    cancel ??= clock.after(Math.max(0, milliseconds), run)
  }

  const dropSpentBlock = () => {
    if (first.begin === BLOCK && first.next) first = first.next
  }

  function run(): void {
    cancel = undefined
    const now = clock.now()
    for (let rung = 0; rung < BURST && first.begin < first.end; rung++) {
      const at = first.begin
      if ((first.due[at] ?? 0) > now) break
      const id = first.id[at] ?? 0
      const generation = first.generation[at] ?? 0
      first.begin++
      dropSpentBlock()
      ring(id, generation)
    }
    if (first.begin < first.end) arm((first.due[first.begin] ?? 0) - clock.now())
  }

  return {
    push(id, generation) {
      const at = last.end++
      last.due[at] = clock.now() + delay
      last.id[at] = id
      last.generation[at] = generation
      if (last.end === BLOCK) last = last.next = new Block()
      arm(delay)
    },
    stop() {
      cancel?.()
      cancel = undefined
      first = last = new Block()
    },
  }
}
