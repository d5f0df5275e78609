/** One turn's work on a store that other members write to: a request that one of them was ahead of is undone alone. RFC 3903 §6. */
import type { EventStateWrite } from '../../core/model/event-state.ts'
import type { Log } from '../../core/model/log.ts'
import { TurnBatch, type Job } from '../turn-batch.ts'

/** A job whose writes others were ahead of: it is undone, and was not answered. */
export interface LostJob {
  readonly job: Job
  readonly writes: readonly EventStateWrite[]
  /** Answers it as one that could not be stored. */
  readonly giveUp: () => void
}

export class SharedTurnBatch {
  readonly #log: Log
  readonly #jobs: { readonly job: Job; readonly batch: TurnBatch }[] = []

  constructor(log: Log) {
    this.#log = log
  }

  get writes(): readonly EventStateWrite[] {
    return this.#jobs.flatMap(({ batch }) => batch.writes)
  }

  perform(job: Job): void {
    const batch = new TurnBatch(this.#log)
    batch.perform(job)
    this.#jobs.push({ job, batch })
  }

  /** Everything but `lost` is stored. Gives the jobs that are to be performed again. */
  stored(lost: readonly EventStateWrite[]): readonly LostJob[] {
    const left = new Set(lost)
    const isLost = (write: EventStateWrite) => left.has(write)
    const [done, again] = [[] as TurnBatch[], [] as LostJob[]]
    for (const { job, batch } of this.#jobs) {
      const writes = left.size > 0 ? batch.writes.filter(isLost) : []
      if (writes.length === 0) done.push(batch)
      else
        again.push({
          job,
          writes,
          giveUp: () => {
            batch.answerFailed()
          },
        })
    }
    if (again.length > 0) this.#undo(isLost)
    for (const batch of done) batch.answerAll()
    for (const batch of done) batch.conclude()
    return again
  }

  /** Nothing is stored. */
  failed(): void {
    this.#undo(() => true)
    for (const { batch } of this.#jobs) batch.answerFailed()
  }

  /** The last one first. */
  #undo(isUndone: (write: EventStateWrite) => boolean): void {
    for (const { batch } of this.#jobs.toReversed()) batch.undo(isUndone)
  }
}
