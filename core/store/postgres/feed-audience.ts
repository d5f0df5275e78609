/** Audience of the feed: who hears which changes, and of a gap. */
import type { Log } from '../../model/log.ts'
import { LASTING_KINDS, type LoggedKind } from './change-log.ts'
import type { HeardChange, Row, Wanted } from './change-log-reading.ts'
import { briefly } from './failure.ts'

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

export interface FeedAudience {
  readonly add: (subscriber: FeedSubscriber) => void
  /** What somebody in it hears. */
  readonly wants: () => Wanted
  /** Resolves when all have taken it in. */
  readonly tell: (changes: readonly Row[]) => Promise<void>
  /** `isLost`: also of what lasts; otherwise who hears of nothing else need not know. */
  readonly tellOfGap: (isLost: boolean) => void
}

export function createFeedAudience({ node, log }: { node: string; log: Log }): FeedAudience {
  const subscribers: FeedSubscriber[] = []

  async function tellOne(subscriber: FeedSubscriber, changes: readonly Row[]): Promise<void> {
    try {
      for (const change of changes) {
        if (isFor(subscriber, change, node)) await subscriber.hear(change)
      }
      await subscriber.pause?.()
    } catch (error) {
      log.error({ reason: briefly(error) }, 'a change in the database could not be taken in')
      subscriber.gap()
    }
  }

  return {
    add: (subscriber) => void subscribers.push(subscriber),
    wants: () => ({
      node,
      kinds: kindsOf(subscribers),
      own: kindsOf(subscribers.filter(({ own }) => own)),
    }),
    async tell(changes) {
      if (changes.length === 0) return
      for (const subscriber of subscribers) await tellOne(subscriber, changes)
    },
    tellOfGap(isLost) {
      if (isLost) log.error({}, 'changes of documents were missed: start this node anew')
      else log.warn({}, 'changes of event state were missed: what is known is read anew')
      for (const { kinds, gap } of subscribers) {
        if (isLost || !kinds.every((kind) => LASTING_KINDS.includes(kind))) gap()
      }
    },
  }
}

function kindsOf(subscribers: readonly FeedSubscriber[]): readonly LoggedKind[] {
  return [...new Set(subscribers.flatMap(({ kinds }) => kinds))]
}

function isFor({ kinds, own }: FeedSubscriber, change: HeardChange, node: string): boolean {
  return kinds.includes(change.kind) && (own === true || change.node !== node)
}
