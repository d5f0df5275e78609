/** Watch of somebody in another SIP domain in the name of somebody in another network: a back-end subscription. RFC 8048 §5.2. */
import type { Log } from '../../core/model/log.ts'
import type {
  PresenceWatch,
  WantedPresence,
  WatchStanding,
} from '../../core/model/presence-source.ts'
import type { BackEndState } from '../back-end/back-end-state.ts'
import type {
  BackEndSubscription,
  BackEndSubscriptions,
} from '../back-end/back-end-subscriptions.ts'
import { readableText } from '../back-end/readable-text.ts'
import type { PublishedPackage } from '../event-package.ts'
import type { Turns } from '../turns.ts'
import { createToldStanding, NO_ROOM } from './told-standing.ts'
import type { QueuedWatch, WatchQueue } from './watch-queue.ts'

export interface RemoteWatchParts {
  readonly backEnds: Pick<BackEndSubscriptions, 'open'>
  readonly presencePackage: PublishedPackage
  readonly queue: WatchQueue
  readonly turns: Pick<Turns, 'add'>
  readonly log: Log
}

/** A class: there are thousands of them. */
export class RemoteWatch implements PresenceWatch, QueuedWatch {
  readonly #parts: RemoteWatchParts
  readonly #wanted: WantedPresence
  readonly #say: (standing: WatchStanding) => void
  #closed = false
  #backEnd: BackEndSubscription | undefined
  #standing: WatchStanding | undefined
  /** The last one that could be read. */
  #document: string | undefined
  dueAt = Infinity
  place = -1

  constructor(
    parts: RemoteWatchParts,
    wanted: WantedPresence,
    hears: (standing: WatchStanding) => void,
  ) {
    this.#parts = parts
    this.#wanted = wanted
    this.#say = createToldStanding(hears, parts.log)
    // Nobody can be asked before the agent has started.
    parts.turns.add(() => {
      this.again()
    })
  }

  close(): void {
    this.#closed = true
    this.#parts.queue.leave(this)
    this.#standing = undefined
    this.#backEnd?.close()
  }

  tell(): void {
    if (this.#standing) this.#say(this.#standing)
  }

  /** It waits for room among the subscriptions elsewhere. */
  again(): void {
    if (this.#closed) return
    const { backEnds, presencePackage, queue } = this.#parts
    const { presentity, watcher } = this.#wanted
    const { name: event, contentType } = presencePackage
    this.#backEnd = backEnds.open(
      { uri: presentity, event, accept: [contentType], watcher, retries: 'steady' },
      {
        state: (state) => {
          this.#become(this.#standingBy(state))
        },
      },
    )
    if (this.#backEnd) return
    this.#become(NO_ROOM)
    queue.tryLater(this)
  }

  #become(standing: WatchStanding): void {
    this.#standing = standing
    this.#parts.queue.tellSoon(this)
  }

  #standingBy(state: BackEndState): WatchStanding {
    const { subscriptionState, reason, status, contact, isFinal } = state
    // A 2xx alone says nothing, `pending` no more than that nobody has decided. RFC 8048 §5.2.1
    this.#document = subscriptionState === 'active' ? this.#documentOf(state) : undefined
    if (subscriptionState === 'pending') return { state: 'pending' }
    if (subscriptionState === 'terminated') {
      return {
        ...{ state: 'terminated', isFinal },
        ...(reason === undefined ? {} : { reason }),
        ...(status === undefined ? {} : { status }),
        ...(contact === undefined ? {} : { contact }),
      }
    }
    // What another server sends is what the watcher may see, the icon in it too.
    return { state: 'active', document: this.#document, handling: 'allow', showsIcon: true }
  }

  #documentOf({ body }: BackEndState): string | undefined {
    // Nothing is known of somebody of whom nothing is said. RFC 8048 §5.2.1
    if (body === undefined) return undefined
    const text = readableText(body, this.#parts.presencePackage)
    if (text !== undefined) return text
    const { presentity } = this.#wanted
    this.#parts.log.warn({ presentity, octets: body.length }, 'presence from elsewhere is no PIDF')
    return this.#document
  }
}
