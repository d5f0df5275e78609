/** Feed of the change log: every change of the other nodes once, in order for each thing, whoever commits when. */
import type { Log } from '../../model/log.ts'
import type { LoggedKind } from './change-log.ts'
import {
  readAfter,
  readStart,
  type Cursor,
  type HeardChange,
  type Row,
} from './change-log-reading.ts'
import type { Connection } from './connection.ts'
import { briefly } from './failure.ts'
import { createRhythm } from './rhythm.ts'
import { createSeenChanges } from './seen-changes.ts'

export interface ChangeLogFeed {
  /** Hears what was logged, in order; what it returns is waited for before more is read. */
  readonly subscribe: (subscriber: FeedSubscriber) => void
  /** Whether what is cached may be trusted: nothing that was done more than a moment ago is unheard. */
  readonly isLive: () => boolean
  /** Reads soon: something was logged. */
  readonly wake: () => void
  /** Resolves when everything that was logged before the call has been heard, or cannot be just now. */
  readonly caughtUp: () => Promise<void>
  readonly close: () => Promise<void>
}

export interface FeedSubscriber {
  readonly kinds: readonly LoggedKind[]
  /** Also hears of this node's own changes. */
  readonly own?: true
  readonly hear: (change: HeardChange) => void | Promise<void>
  /** Runs when the changes that were told together are over. */
  readonly pause?: () => void | Promise<void>
  /** Changes were missed: what is known must be read anew. */
  readonly gap: () => void
}

/** A reading that began longer ago than this may have missed something that others were told is done. */
const LIVE_MS = 2_500

export async function openChangeLogFeed({
  connection,
  node,
  worked,
  log,
}: {
  connection: Connection
  node: string
  /** The database answered. */
  worked: () => void
  log: Log
}): Promise<ChangeLogFeed> {
  const subscribers: FeedSubscriber[] = []
  const seen = createSeenChanges()
  const start = await connection.session()
  let cursor: Cursor = { ...(await readStart(start)), timeline: start.timeline }
  const rhythm = createRhythm()

  function kindsOf(those: readonly FeedSubscriber[]): readonly LoggedKind[] {
    return [...new Set(those.flatMap(({ kinds }) => kinds))]
  }

  async function read(): Promise<void> {
    const session = await connection.session()
    const began = performance.now()
    const { timeline } = session
    const wanted = {
      node,
      kinds: kindsOf(subscribers),
      own: kindsOf(subscribers.filter(({ own }) => own)),
    }
    const { snapshot, rows, isTooLate } = await readAfter(session, cursor, wanted)
    worked()
    // The subscribers first: what is cached may be trusted only when they know.
    if (isTooLate) missed()
    else await tell((rows ?? []).filter((row) => seen.isNew(row.operation, row.position)))
    cursor = { snapshot, began, timeline }
  }

  function missed(): void {
    log.warn({}, 'changes in the database were missed: what is known is read anew')
    for (const subscriber of subscribers) subscriber.gap()
  }

  async function tell(rows: readonly Row[]): Promise<void> {
    if (rows.length === 0) return
    for (const subscriber of subscribers) {
      try {
        for (const row of rows) {
          if (isFor(subscriber, row, node)) await subscriber.hear(row)
        }
        await subscriber.pause?.()
      } catch (error) {
        log.error({ reason: briefly(error) }, 'a change in the database could not be taken in')
        subscriber.gap()
      }
    }
  }

  const over = rhythm.run(() =>
    read().catch((error: unknown) => {
      if (!rhythm.isClosed()) log.debug({ reason: briefly(error) }, 'the change log was not read')
      throw error
    }),
  )
  return {
    subscribe: (subscriber) => void subscribers.push(subscriber),
    isLive: () => performance.now() - cursor.began < LIVE_MS,
    wake: rhythm.wake,
    caughtUp: rhythm.caughtUp,
    async close() {
      rhythm.close()
      connection.close()
      await over
    },
  }
}

function isFor({ kinds, own }: FeedSubscriber, change: HeardChange, node: string): boolean {
  return kinds.includes(change.kind) && (own === true || change.node !== node)
}
