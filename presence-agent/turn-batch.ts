/** One turn's work: what it changes, what is to be stored, and what happens then. RFC 3903 §6: all of a request or nothing. */
import type { EventStateWrite } from '../core/model/event-state.ts'
import type { Log } from '../core/model/log.ts'

/** Changes memory at once, and says what to store, and what to do then. */
export type Job = (turn: Turn) => void

export interface Turn {
  /** Stored with all others of the turn. `undo` puts memory back if that fails. */
  write(write: EventStateWrite, undo?: () => void): void
  /** What to do when the turn's writes are stored, in order; `failed` in its place when they cannot be. */
  answer(stored: () => void, failed: () => void): void
  /** After every answer of the turn, if its writes are stored. */
  afterwards(action: () => void): void
}

export class TurnBatch implements Turn {
  readonly writes: EventStateWrite[] = []
  /** By the place of the write. */
  readonly #undos: ((() => void) | undefined)[] = []
  readonly #stored: (() => void)[] = []
  readonly #failed: (() => void)[] = []
  readonly #afterwards: (() => void)[] = []
  readonly #log: Log

  constructor(log: Log) {
    this.#log = log
  }

  perform(job: Job): void {
    guarded(() => {
      job(this)
    }, this.#log)
  }

  write(write: EventStateWrite, undo?: () => void): void {
    this.writes.push(write)
    this.#undos.push(undo)
  }

  answer(stored: () => void, failed: () => void): void {
    this.#stored.push(stored)
    this.#failed.push(failed)
  }

  afterwards(action: () => void): void {
    this.#afterwards.push(action)
  }

  /** Everything is stored. */
  stored(): undefined {
    this.answerAll()
    this.conclude()
  }

  answerAll(): void {
    for (const action of this.#stored) guarded(action, this.#log)
  }

  conclude(): void {
    for (const action of this.#afterwards) guarded(action, this.#log)
  }

  /** Nothing is stored. */
  failed(): void {
    this.undo(() => true)
    this.answerFailed()
  }

  /** The last one first. */
  undo(isUndone: (write: EventStateWrite) => boolean): void {
    for (const [place, write] of [...this.writes.entries()].reverse()) {
      const undo = this.#undos[place]
      if (undo && isUndone(write)) guarded(undo, this.#log)
    }
  }

  answerFailed(): void {
    for (const action of this.#failed) guarded(action, this.#log)
  }
}

/** One request's fault must not cost the others of the turn their answers. */
export function guarded(action: () => void, log: Log): void {
  try {
    action()
  } catch (error) {
    log.error({ err: error }, 'a fault in the presence agent')
  }
}
