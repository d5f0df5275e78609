/** Pair writer: what changes a pair is on the disk before anybody hears of it, in the order in which it happened. */
import type { Clock } from '../../core/model/clock.ts'
import type { Log } from '../../core/model/log.ts'
import type { PairWrite } from '../../core/model/stores.ts'
import type { SavePairs } from './pair-saving.ts'

export interface PairWriter {
  /** `afterwards` runs when it is written, and all that was asked for before has run. */
  readonly write: (write: PairWrite, afterwards: () => void) => void
  /** Runs after all that was asked for before; at once when nothing is under way. */
  readonly afterwards: (action: () => void) => void
  readonly idle: () => Promise<void>
}

/** After a write that failed, in milliseconds. */
const RETRY = 10_000

interface Call {
  readonly write?: PairWrite
  readonly afterwards: () => void
}

export function createPairWriter({
  save,
  clock,
  log,
}: {
  save: SavePairs
  clock: Clock
  log: Log
}): PairWriter {
  let queued: Call[] = []
  let running: Promise<void> | undefined

  async function run(): Promise<void> {
    // Let the present turn of the event loop ask for all it wants.
    await new Promise((next) => setImmediate(next))
    while (queued.length > 0) {
      const calls = queued
      queued = []
      const isSaved = await save(calls.flatMap(({ write }) => (write ? [write] : [])))
      if (!isSaved) clock.after(RETRY, enqueueNothing)
      for (const { afterwards } of calls) guarded(afterwards, log)
    }
    running = undefined
  }

  function enqueue(call: Call): void {
    queued.push(call)
    running ??= run()
  }

  const enqueueNothing = () => {
    enqueue({ afterwards: () => undefined })
  }

  return {
    write: (write, afterwards) => {
      enqueue({ write, afterwards })
    },
    afterwards: (action) => {
      if (running === undefined) guarded(action, log)
      else enqueue({ afterwards: action })
    },
    idle: () => running ?? Promise.resolve(),
  }
}

function guarded(action: () => void, log: Log): void {
  try {
    action()
  } catch (error) {
    log.error({ err: error }, 'a change of an XMPP subscription was not carried out')
  }
}
