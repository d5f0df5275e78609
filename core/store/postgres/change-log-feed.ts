/** Feed of the change log: every change of the other nodes once, in order for each thing, whoever commits when. */
import type { Log } from '../../model/log.ts'
import { readAfter, readLasting, readStart, type Cursor, type Row } from './change-log-reading.ts'
import type { Connection, Session } from './connection.ts'
import { briefly } from './failure.ts'
import { createFeedAudience, type FeedSubscriber } from './feed-audience.ts'
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

/** A reading that began longer ago than this may have missed something that others were told is done. */
const LIVE_MS = 2_500

interface FeedParts {
  readonly connection: Connection
  readonly node: string
  /** The database answered. */
  readonly worked: () => void
  readonly log: Log
}

export async function openChangeLogFeed(parts: FeedParts): Promise<ChangeLogFeed> {
  const { connection, node, worked, log } = parts
  const audience = createFeedAudience({ node, log })
  const seen = createSeenChanges()
  const start = await connection.session()
  let cursor: Cursor = { ...(await readStart(start)), timeline: start.timeline }
  const rhythm = createRhythm()

  const tell = (rows: readonly Row[]) =>
    audience.tell(rows.filter(({ operation, position }) => seen.isNew(operation, position)))

  async function tellWhatLasts(session: Session, isLost: boolean): Promise<void> {
    audience.tellOfGap(isLost)
    for await (const rows of readLasting(session, cursor, audience.wants())) await tell(rows)
  }

  async function read(): Promise<void> {
    const session = await connection.session()
    const began = performance.now()
    const { snapshot, rows, isTooLate, isLost } = await readAfter(session, cursor, audience.wants())
    worked()
    // The subscribers first: what is cached may be trusted only when they know.
    if (isTooLate) await tellWhatLasts(session, isLost)
    else await tell(rows)
    cursor = { snapshot, began, timeline: session.timeline }
  }

  const over = rhythm.run(() =>
    read().catch((error: unknown) => {
      if (!rhythm.isClosed()) log.debug({ reason: briefly(error) }, 'the change log was not read')
      throw error
    }),
  )
  return {
    subscribe: audience.add,
    isLive: () => performance.now() - cursor.began < LIVE_MS,
    wake: rhythm.wake,
    caughtUp: () => rhythm.caughtUp(),
    async close() {
      rhythm.close()
      connection.close()
      await over
    },
  }
}
