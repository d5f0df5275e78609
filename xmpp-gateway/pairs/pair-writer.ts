/** Pair writer: what changes a pair is on the disk before anybody hears of it, in the order in which it happened. */
import type { Clock } from '../../core/model/clock.ts'
import type { Log } from '../../core/model/log.ts'
import type { NeighbourStore, PairWrite } from '../../core/model/stores.ts'

export interface PairWriter {
  /** `afterwards` runs when it is written, and all that was asked for before has run. */
  write(write: PairWrite, afterwards: () => void): void
  /** Runs after all that was asked for before; at once when nothing is under way. */
  afterwards(action: () => void): void
  idle(): Promise<void>
}

/** After a write that failed, in milliseconds. */
const RETRY = 10_000

interface Call {
  readonly write: PairWrite | undefined
  readonly afterwards: () => void
}

export function createPairWriter({
  store,
  clock,
  log,
}: {
  store: Pick<NeighbourStore, 'writePairs'>
  clock: Clock
  log: Log
}): PairWriter {
  let queued: Call[] = []
  let running: Promise<void> | undefined
  /** By pair: what a disk that was full has not taken. */
  const unsaved = new Map<string, PairWrite>()

  async function run(): Promise<void> {
    // Let the present turn of the event loop ask for all it wants.
    await new Promise((next) => setImmediate(next))
    while (queued.length > 0) {
      const calls = queued
      queued = []
      await save(calls.flatMap(({ write }) => (write ? [write] : [])))
      for (const { afterwards } of calls) guarded(afterwards)
    }
    running = undefined
  }

  // A full disk stops nobody's presence: people hear of it all the same, and the write is tried again.
  async function save(writes: readonly PairWrite[]): Promise<void> {
    for (const write of writes) unsaved.set(nameOf(write), write)
    if (unsaved.size === 0) return
    const batch = [...unsaved]
    try {
      await store.writePairs(batch.map(([, write]) => write))
      for (const [name] of batch) unsaved.delete(name)
    } catch (error) {
      log.error({ err: error, pairs: unsaved.size }, 'XMPP subscriptions could not be stored')
      clock.after(RETRY, () => enqueue({ write: undefined, afterwards: nothing }))
    }
  }

  function guarded(action: () => void): void {
    try {
      action()
    } catch (error) {
      log.error({ err: error }, 'a change of an XMPP subscription was not carried out')
    }
  }

  function enqueue(call: Call): void {
    queued.push(call)
    running ??= run()
  }

  return {
    write: (write, afterwards) => {
      enqueue({ write, afterwards })
    },
    afterwards: (action) => {
      if (running === undefined) guarded(action)
      else enqueue({ write: undefined, afterwards: action })
    },
    async idle() {
      while (running) await running
    },
  }
}

const nothing = () => undefined

function nameOf(write: PairWrite): string {
  const { user, contact } = 'put' in write ? write.put : write.remove
  return `${user} ${contact}`
}
