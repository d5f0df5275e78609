/** Writes event state: what was asked for in one event-loop turn, or during a write, goes to the database as one statement. */
import type { Clock } from '../../model/clock.ts'
import type { EventStateWrite } from '../../model/event-state.ts'
import { StoreUnavailable } from '../../model/store-unavailable.ts'
import { Refused, writeBatch } from './event-state-attempt.ts'
import { addTo, emptyBatch, publicationName, sizeOf } from './event-state-batch.ts'
import type { PostgresDatabase } from './postgres-database.ts'

export interface EventStateWriter {
  /** Gives the writes that were left out, since another member had changed the publication. */
  readonly write: (writes: readonly EventStateWrite[]) => Promise<readonly EventStateWrite[]>
  readonly idle: () => Promise<void>
}

interface Call {
  readonly writes: readonly EventStateWrite[]
  readonly resolve: (lost: readonly EventStateWrite[]) => void
  readonly reject: (reason: unknown) => void
}

/** Rows; larger statements take no less time for each. */
const MOST_TOGETHER = 64
/** Some seconds of work: who comes then is told at once that there is too much. */
const MOST_QUEUED = 20_000
const NOTHING: readonly EventStateWrite[] = []

type Database = Pick<PostgresDatabase, 'node' | 'writer' | 'retrying' | 'announce'>

export function createEventStateWriter({
  database,
  clock,
}: {
  database: Database
  clock: Clock
}): EventStateWriter {
  const queued: Call[] = []
  let running: Promise<void> | undefined

  async function run(): Promise<void> {
    // Let the present turn of the event loop ask for all it wants.
    await new Promise((next) => setImmediate(next))
    while (queued.length > 0) await writeCalls(nextCalls(queued), database, clock)
    running = undefined
  }

  return {
    write: (writes) =>
      new Promise((resolve, reject) => {
        if (queued.length >= MOST_QUEUED) {
          reject(new StoreUnavailable('failed', 'too many wait for the database'))
          return
        }
        queued.push({ writes, resolve, reject })
        running ??= run()
      }),
    idle: () => running ?? Promise.resolve(),
  }
}

async function writeCalls(calls: readonly Call[], database: Database, clock: Clock): Promise<void> {
  try {
    const lost = await writeTogether(calls, database, clock.now())
    for (const { writes, resolve } of calls) {
      resolve(lost.size === 0 ? NOTHING : writes.filter((write) => isLost(lost, write)))
    }
  } catch (error) {
    if (calls.length > 1 && error instanceof Refused) {
      // One of them holds what the database cannot store: the others are none the worse for it.
      for (const call of calls) await writeCalls([call], database, clock)
    } else {
      for (const { reject } of calls) reject(error instanceof Refused ? error.cause : error)
    }
  }
}

async function writeTogether(
  calls: readonly Call[],
  database: Database,
  now: number,
): Promise<ReadonlySet<string>> {
  const batch = emptyBatch()
  for (const { writes } of calls) addTo(batch, writes, now)
  if (sizeOf(batch) === 0) return new Set()
  const lost = await writeBatch(batch, database)
  database.announce()
  return lost
}

/** The first ones, in their order, that go together; at least one. */
function nextCalls(queued: Call[]): readonly Call[] {
  const names = new Set<string>()
  let rows = 0
  let count = 0
  for (const { writes } of queued) {
    const published = writes.map(publicationName).filter((name) => name !== undefined)
    // Of a publication one write only: which of two was lost could not be told.
    const meets = published.some((name) => names.has(name))
    if (count > 0 && (meets || rows + writes.length > MOST_TOGETHER)) break
    for (const name of published) names.add(name)
    rows += writes.length
    count++
  }
  return queued.splice(0, count)
}

function isLost(lost: ReadonlySet<string>, write: EventStateWrite): boolean {
  const name = publicationName(write)
  return name !== undefined && lost.has(name)
}
