/** Turns: what one turn of the event loop asks for is stored in one batch, then answered, then told to watchers. */
import type { EventStateWrite } from '../core/model/event-state.ts'
import type { Log } from '../core/model/log.ts'
import type { MaybePromise } from '../core/model/maybe-promise.ts'
import type { EventStateStore } from '../core/model/stores.ts'

/** Changes memory at once, and says what to store, and what to do then. */
export type Job = (turn: Turn) => void

export interface Turn {
  /** Stored with all others of the turn. `undo` puts memory back if that fails. */
  write(write: EventStateWrite, undo?: () => void): void
  /** What to do when the turn's writes are stored, in order; `failed` in its place when they cannot be. */
  answer(stored: () => void, failed: () => void): void
  /** After every answer of the turn. */
  afterwards(action: () => void): void
}

export interface Turns {
  /** Jobs are done in the order in which they were added, even if one is still on its way. */
  add(job: MaybePromise<Job | undefined>): void
  /** Jobs that wait for their turn. */
  readonly waiting: number
  /** Does what is waiting, unless a batch is being stored: then that comes first. */
  run(): void
  /** Until this nothing is done, and what is added waits. */
  open(): void
  /** Resolves when everything that was added is done; what comes after is not. */
  close(): Promise<void>
}

const LARGEST_TURN = 512

interface Slot {
  /** Undefined until it is known; null when nothing is left to do. */
  job: Job | null | undefined
}

interface TurnsOptions {
  readonly eventState: Pick<EventStateStore, 'write'>
  /** After each turn. */
  readonly turnDone: () => void
  readonly log: Log
}

export function createTurns({ eventState, turnDone, log }: TurnsOptions): Turns {
  let slots: Slot[] = []
  let opened = false
  let storing = false
  let scheduled = false
  let idlers: (() => void)[] = []

  function runSoon(): void {
    if (scheduled) return
    scheduled = true
    setImmediate(() => {
      scheduled = false
      run()
    })
  }

  function add(job: MaybePromise<Job | undefined>): void {
    const slot: Slot = { job: undefined }
    slots.push(slot)
    const known = (value: Job | undefined) => {
      slot.job = value ?? null
      runSoon()
    }
    if (!(job instanceof Promise)) known(job)
    else {
      job.then(known, (error: unknown) => {
        log.error({ err: error }, 'a request could not be prepared')
        known(undefined)
      })
    }
  }

  function run(): void {
    if (storing || !opened) return
    const unknown = slots.findIndex((slot) => slot.job === undefined)
    const ready = Math.min(unknown < 0 ? slots.length : unknown, LARGEST_TURN)
    if (ready > 0) begin(slots.splice(0, ready))
    else if (slots.length === 0) wakeIdlers()
  }

  function begin(ready: readonly Slot[]): void {
    const batch = createBatch(log)
    for (const { job } of ready) if (job) batch.perform(job)
    if (batch.writes.length === 0) {
      end(() => {
        batch.stored()
      })
      return
    }
    storing = true
    eventState.write(batch.writes).then(
      () => {
        end(() => {
          batch.stored()
        })
      },
      (error: unknown) => {
        log.error({ err: error }, 'event state could not be stored')
        end(() => {
          batch.failed()
        })
      },
    )
  }

  function end(finish: () => void): void {
    storing = false
    guarded(finish, log)
    guarded(turnDone, log)
    if (slots.length > 0) runSoon()
    else wakeIdlers()
  }

  function wakeIdlers(): void {
    const woken = idlers
    idlers = []
    for (const wake of woken) wake()
  }

  return {
    add,
    get waiting() {
      return slots.length
    },
    run,
    open() {
      opened = true
      runSoon()
    },
    async close() {
      if (opened && (storing || slots.length > 0)) {
        await new Promise<void>((resolve) => idlers.push(resolve))
      }
      opened = false
    },
  }
}

function createBatch(log: Log) {
  const writes: EventStateWrite[] = []
  const undos: (() => void)[] = []
  const answers: { stored: () => void; failed: () => void }[] = []
  const actions: (() => void)[] = []
  const turn: Turn = {
    write(write, undo) {
      writes.push(write)
      if (undo) undos.push(undo)
    },
    answer(stored, failed) {
      answers.push({ stored, failed })
    },
    afterwards(action) {
      actions.push(action)
    },
  }
  return {
    writes,
    perform(job: Job) {
      guarded(() => {
        job(turn)
      }, log)
    },
    stored() {
      for (const { stored } of answers) guarded(stored, log)
      for (const action of actions) guarded(action, log)
    },
    failed() {
      for (const undo of undos.reverse()) guarded(undo, log)
      for (const { failed } of answers) guarded(failed, log)
    },
  }
}

/** One request's fault must not cost the others of the turn their answers. */
function guarded(action: () => void, log: Log): void {
  try {
    action()
  } catch (error) {
    log.error({ err: error }, 'a fault in the presence agent')
  }
}
