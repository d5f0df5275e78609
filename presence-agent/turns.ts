/** Turns: what one turn of the event loop asks for is stored in one batch, then answered, then told to watchers. */
import type { Clock } from '../core/model/clock.ts'
import type { EventStateWrite } from '../core/model/event-state.ts'
import type { Log } from '../core/model/log.ts'
import type { MaybePromise } from '../core/model/maybe-promise.ts'
import type { EventStateStore } from '../core/model/stores.ts'
import { SharedTurnBatch, type LostJob } from './members/shared-turn-batch.ts'
import { guarded, TurnBatch, type Job } from './turn-batch.ts'

interface TurnsOptions {
  readonly eventState: Pick<EventStateStore, 'write'>
  /** After each turn. */
  readonly turnDone: () => void
  /** Reads what other members have made of what these writes were about; absent: nobody else writes to the store. */
  readonly reread?: (writes: readonly EventStateWrite[]) => Promise<void>
  readonly clock: Clock
  readonly log: Log
}

interface Slot {
  /** Undefined until it is known; null when nothing is left to do. */
  job: Job | null | undefined
  readonly subject: Subject | undefined
  readonly addedAt: number
  /** How often another member was ahead of it. */
  lost: number
}

/** What a job is about, asked only while something is on its way. */
type Subject = () => string

const LARGEST_TURN = 512
/** Each time another member has done what it wanted to do: more often than anybody changes one thing at once. */
const MOST_LOST = 10

/**
 * Jobs are done in the order in which they were added. One that is still on its way holds up the later ones about the
 * same subject, and nobody else. RFC 3903 §6: requests for one resource in order.
 */
export class Turns {
  readonly #options: TurnsOptions
  #slots: Slot[] = []
  #opened = false
  #storing = false
  #scheduled = false
  #wakeCloser: (() => void) | undefined
  #began = 0

  constructor(options: TurnsOptions) {
    this.#options = options
  }

  /** Jobs that wait for their turn. */
  get waiting(): number {
    return this.#slots.length
  }

  /** Since when the first of what is being done now has been there, in milliseconds; undefined: nothing is. */
  get began(): number | undefined {
    return this.#began === 0 ? undefined : this.#began
  }

  /** Milliseconds that the oldest of what was added, and is not done, has been there. */
  get delay(): number {
    const since = this.began ?? this.#slots[0]?.addedAt
    return since === undefined ? 0 : this.#options.clock.now() - since
  }

  add(job: MaybePromise<Job | undefined>, subject?: Subject): void {
    const addedAt = this.#options.clock.now()
    const slot: Slot = { job: undefined, subject, addedAt, lost: 0 }
    this.#slots.push(slot)
    if (!(job instanceof Promise)) this.#known(slot, job)
    else {
      const known = (value: Job | undefined) => {
        this.#known(slot, value)
      }
      job.then(known, (error: unknown) => {
        this.#options.log.error({ err: error }, 'a job could not be prepared')
        known(undefined)
      })
    }
  }

  #known(slot: Slot, job: Job | undefined): void {
    slot.job = job ?? null
    this.#runSoon()
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
    const [ready, held] = [[] as Slot[], [] as Slot[]]
    for (const slot of slots) {
      const name = slot.subject?.()
      if (slot.job === undefined && name !== undefined) onTheirWay.add(name)
      const isHeld = slot.job === undefined || (name !== undefined && onTheirWay.has(name))
      if (isHeld || ready.length >= LARGEST_TURN) held.push(slot)
      else ready.push(slot)
    }
    this.#slots = held
    return ready
  }

  #perform(slots: readonly Slot[]): void {
    const { eventState, log, reread } = this.#options
    this.#began = slots[0]?.addedAt ?? 0
    const batch = reread ? new SharedTurnBatch(log) : new TurnBatch(log)
    for (const { job } of slots) if (job) batch.perform(job)
    const { writes } = batch
    const stored = (lost: readonly EventStateWrite[]) => {
      const again = batch.stored(lost)
      if (again) this.#performAgain(slots, again)
      this.#end()
    }
    if (writes.length === 0) {
      stored(writes)
      return
    }
    this.#storing = true
    const failed = (error: unknown) => {
      log.error({ err: error }, 'event state could not be stored')
      batch.failed()
      this.#end()
    }
    eventState.write(writes).then(stored, failed)
  }

  /** Before everything else about the same, with what others have stored meanwhile. */
  #performAgain(slots: readonly Slot[], lost: readonly LostJob[]): void {
    const again: Slot[] = []
    for (const one of lost) {
      const slot = slots.find(({ job }) => job === one.job)
      if (!slot || slot.lost >= MOST_LOST) one.giveUp()
      else again.push(this.#afterRereading(slot, one))
    }
    if (again.length > 0) this.#slots.unshift(...again)
  }

  #afterRereading({ subject, addedAt, lost }: Slot, { job, writes, giveUp }: LostJob): Slot {
    const { log, reread } = this.#options
    const slot: Slot = { job: undefined, subject, addedAt, lost: lost + 1 }
    const failed = (error: unknown) => {
      log.warn({ err: error }, 'event state could not be read anew')
      giveUp()
      this.#known(slot, undefined)
    }
    reread?.(writes).then(() => {
      this.#known(slot, job)
    }, failed)
    return slot
  }

  #end(): void {
    this.#storing = false
    guarded(this.#options.turnDone, this.#options.log)
    this.#began = 0
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
