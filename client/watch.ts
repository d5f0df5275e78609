/** Watch: a subscription that is kept, and what its NOTIFYs tell, to be read one after the other. RFC 6665 §4.1. */
import type { Aor } from '../core/uri/aor.ts'
import { createBackOff } from './back-off.ts'
import type { ClientClock } from './client-clock.ts'
import type { DigestCredentials } from './digest-credentials.ts'
import { createNotificationQueue, type NotificationQueue } from './notification-queue.ts'
import type { PresenceError } from './presence-error.ts'
import { createPresenceSubscription, type PresenceSubscription } from './presence-subscription.ts'
import type { SipUserAgent } from './sip-user-agent.ts'
import type { StateReporter } from './state-report.ts'
import { openSubscribeDialog, type NotifyBody, type SubscribedEvent } from './subscribe-dialog.ts'
import type { SubscriptionState } from './subscription-state.ts'

/** Ends when the server ends the subscription for good, and throws a PresenceError when it refuses one. */
export interface Watch<T> extends AsyncIterable<T, void> {
  readonly presentity: string
  /** Unsubscribes; the iteration ends. */
  close(): Promise<void>
}

export interface WatchParts {
  readonly agent: SipUserAgent
  readonly credentials: DigestCredentials
  readonly presentity: Aor
  readonly clock: ClientClock
  readonly report: StateReporter
  readonly ended: () => void
}

interface Watched<T> {
  readonly event: SubscribedEvent
  /** How errors begin. */
  readonly what: string
  /** What a NOTIFY tells. `incomplete`: something before it was lost, and the server should tell everything. */
  readonly read: (state: SubscriptionState, body: NotifyBody | undefined) => Told<T>
}

export interface Told<T> {
  readonly notifications: readonly T[]
  readonly incomplete?: boolean
}

export function openWatch<T>(parts: WatchParts, watched: Watched<T>): Watch<T> {
  return new SubscriptionWatch(parts, watched)
}

class SubscriptionWatch<T> implements Watch<T> {
  readonly presentity: Aor
  readonly #queue: NotificationQueue<T> = createNotificationQueue()
  readonly #read: Watched<T>['read']
  readonly #subscription: PresenceSubscription
  #refusal: PresenceError | undefined

  constructor(
    { agent, credentials, presentity, clock, report, ended }: WatchParts,
    { event, what, read }: Watched<T>,
  ) {
    this.presentity = presentity
    this.#read = read
    this.#subscription = createPresenceSubscription({
      agent,
      open: (expires, listener) =>
        openSubscribeDialog({ agent, credentials, presentity, expires, listener, event }),
      what,
      clock,
      backOff: createBackOff(),
      events: {
        notified: (state, body) => {
          report.up()
          this.#notified(state, body)
        },
        failed: (error, retryInMs) => {
          if (retryInMs === undefined) this.#refusal = error
          report.failed(error, retryInMs)
        },
        ended: () => {
          this.#queue.end(this.#refusal)
          ended()
        },
      },
    })
    this.#subscription.start()
  }

  close(): Promise<void> {
    return this.#subscription.close()
  }

  [Symbol.asyncIterator](): AsyncIterator<T, void> {
    return {
      next: () => this.#queue.next(),
      return: async () => {
        await this.close()
        return { done: true, value: undefined }
      },
    }
  }

  #notified(state: SubscriptionState, body: NotifyBody | undefined): void {
    const { notifications, incomplete } = this.#read(state, body)
    for (const notification of notifications) this.#queue.push(notification)
    if (incomplete) this.#subscription.refresh()
  }
}
