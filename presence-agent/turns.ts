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
  readonly subject: Subject | undefined
}

/** What a job is about, asked only while something is on its way. */
type Subject = () => string

const LARGEST_TURN = 512

/**
 * Jobs are done in the order in which they were added. One that is still on its way holds up the later ones about the
 * same subject, and nobody else. RFC 3903 §6: requests for one resource in order.
 */
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

  add(job: MaybePromise<Job | undefined>, subject?: Subject): void {
    const slot: Slot = { job: undefined, subject }
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
    const ready = this.#ready()
    if (ready.length > 0) this.#perform(ready)
    else if (this.#slots.length === 0) this.#wakeCloser?.()
  }

  #ready(): Slot[] {
    const slots = this.#slots
    const unknown = slots.findIndex((slot) => slot.job === undefined)
    const known = Math.min(unknown < 0 ? slots.length : unknown, LARGEST_TURN)
    if (known > 0 || slots.length === 0) return slots.splice(0, known)
    const onTheirWay = new Set<string>()
    const ready = slots.filter(({ job, subject }) => {
      const name = subject?.()
      if (job === undefined && name !== undefined) onTheirWay.add(name)
      return job !== undefined && (name === undefined || !onTheirWay.has(name))
    })
    for (const slot of ready) slots.splice(slots.indexOf(slot), 1)
    return ready
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
