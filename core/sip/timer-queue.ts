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

/** There is no cancelling: whoever is rung for compares the generation. */
export type Ring = (id: number, generation: number) => void

export class TimerQueue {
  readonly #clock: Clock
  readonly #delay: number
  readonly #ring: Ring
  #first = new Block()
  #last = this.#first
  #cancel: (() => void) | undefined

  /** `delay` in milliseconds. */
  constructor({ clock, delay, ring }: { clock: Clock; delay: number; ring: Ring }) {
    this.#clock = clock
    this.#delay = delay
    this.#ring = ring
  }

  /** Rings for this id and generation after the queue's delay. */
  push(id: number, generation: number): void {
    const last = this.#last
    const at = last.end++
    last.due[at] = this.#clock.now() + this.#delay
    last.id[at] = id
    last.generation[at] = generation
    if (last.end === BLOCK) this.#last = last.next = new Block()
    this.#arm(this.#delay)
  }

  stop(): void {
    this.#cancel?.()
    this.#cancel = undefined
    this.#first = this.#last = new Block()
  }

  #arm(milliseconds: number): void {
    this.#cancel ??= this.#clock.after(Math.max(0, milliseconds), () => {
      this.#cancel = undefined
      this.#run()
    })
  }

  #run(): void {
    const now = this.#clock.now()
    for (let rung = 0; rung < BURST && this.#firstDue() <= now; rung++) {
      const first = this.#first
      const at = first.begin++
      if (first.begin === BLOCK && first.next) this.#first = first.next
      this.#ring(first.id[at] ?? 0, first.generation[at] ?? 0)
    }
    const due = this.#firstDue()
    if (due < Infinity) this.#arm(due - this.#clock.now())
  }

  #firstDue(): number {
    const { begin, end, due } = this.#first
    return begin < end ? (due[begin] ?? 0) : Infinity
  }
}
