/** Turns: what one turn of the event loop asks for is stored in one batch, then answered, then told to watchers. */
import type { Log } from '../core/model/log.ts'
import type { MaybePromise } from '../core/model/maybe-promise.ts'
import type { EventStateStore } from '../core/model/stores.ts'
import { guarded, TurnBatch, type Job } from './turn-batch.ts'

interface TurnsOptions {
  readonly eventState: Pick<EventStateStore, 'write'>
  /** After each turn. */
  readonly turnDone: () => void
  readonly log: Log
}

interface Slot {
  /** Undefined until it is known; null when nothing is left to do. */
  job: Job | null | undefined
}

const LARGEST_TURN = 512

/** Jobs are done in the order in which they were added, even while an earlier one is still on its way. */
export class Turns {
  readonly #options: TurnsOptions
  readonly #slots: Slot[] = []
  #opened = false
  #storing = false
  #scheduled = false
  #wakeCloser: (() => void) | undefined

  constructor(options: TurnsOptions) {
    this.#options = options
  }

  /** Jobs that wait for their turn. */
  get waiting(): number {
    return this.#slots.length
  }

  add(job: MaybePromise<Job | undefined>): void {
    const slot: Slot = { job: undefined }
    this.#slots.push(slot)
    const known = (value: Job | undefined) => {
      slot.job = value ?? null
      this.#runSoon()
    }
    if (!(job instanceof Promise)) known(job)
    else {
      job.then(known, (error: unknown) => {
        this.#options.log.error({ err: error }, 'a job could not be prepared')
        known(undefined)
      })
    }
  }

  /** Until this nothing is done, and what is added waits. */
  open(): void {
    this.#opened = true
    this.#runSoon()
  }

  /** Resolves when everything that was added is done; what comes after is not. */
  async close(): Promise<void> {
    if (this.#opened && (this.#storing || this.#slots.length > 0)) {
      await new Promise<void>((resolve) => (this.#wakeCloser = resolve))
    }
    this.#opened = false
  }

  /** Does what is waiting, unless a batch is being stored: that comes first. */
  run(): void {
    if (this.#storing || !this.#opened) return
    const slots = this.#slots
    const unknown = slots.findIndex((slot) => slot.job === undefined)
    const ready = Math.min(unknown < 0 ? slots.length : unknown, LARGEST_TURN)
    if (ready > 0) this.#perform(slots.splice(0, ready))
    else if (slots.length === 0) this.#wakeCloser?.()
  }

  #perform(slots: readonly Slot[]): void {
    const { eventState, log } = this.#options
    const batch = new TurnBatch(log)
    for (const { job } of slots) if (job) batch.perform(job)
    if (batch.writes.length === 0) {
      batch.stored()
      this.#end()
      return
    }
    this.#storing = true
    const stored = () => {
      batch.stored()
      this.#end()
    }
    const failed = (error: unknown) => {
      log.error({ err: error }, 'event state could not be stored')
      batch.failed()
      this.#end()
    }
    eventState.write(batch.writes).then(stored, failed)
  }

  #end(): void {
    this.#storing = false
    guarded(this.#options.turnDone, this.#options.log)
    this.#runSoon()
  }

  #runSoon(): void {
    if (this.#scheduled) return
    this.#scheduled = true
    setImmediate(() => {
      this.#scheduled = false
      this.run()
    })
  }
}
