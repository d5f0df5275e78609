/** Watched subscription: a subscription that is kept, and its NOTIFYs read for a sink. RFC 6665 §4.1. */
import type { Aor } from '../core/uri/aor.ts'
import { createBackOff } from './back-off.ts'
import type { FetchParts } from './fetch-state.ts'
import type { PresenceError } from './presence-error.ts'
import { createPresenceSubscription, type PresenceSubscription } from './presence-subscription.ts'
import type { StateReporter } from './state-report.ts'
import { openSubscribeDialog, type NotifyBody, type SubscribedEvent } from './subscribe-dialog.ts'
import type { SubscriptionState } from './subscription-state.ts'
import type { WatchSink, WatchSource } from './watch.ts'

export interface WatchedSubscription extends WatchSource {
  /** Asks for everything anew, and brings what the event brings where that has changed. */
  refresh(): void
}

interface Watched<T> extends FetchParts {
  readonly presentity: Aor
  readonly event: SubscribedEvent
  /** How errors begin. */
  readonly what: string
  readonly report: StateReporter
  /** What a NOTIFY tells. `incomplete`: something before it was lost, and the server should tell everything. */
  readonly read: (state: SubscriptionState, body: NotifyBody | undefined) => Told<T>
}

export interface Told<T> {
  readonly notifications: readonly T[]
  readonly incomplete?: boolean
}

export function watchSubscription<T>(
  { agent, credentials, clock, presentity, event, what, report, read }: Watched<T>,
  sink: WatchSink<T>,
): WatchedSubscription {
  let refusal: PresenceError | undefined
  const subscription: PresenceSubscription = createPresenceSubscription({
    agent,
    open: (expires, listener) =>
      openSubscribeDialog({ agent, credentials, presentity, expires, listener, event }),
    what,
    clock,
    backOff: createBackOff(),
    events: {
      notified(state, body) {
        report.up()
        const { notifications, incomplete } = read(state, body)
        for (const notification of notifications) sink.tell(notification)
        if (incomplete) subscription.refresh()
      },
      failed(error, retryInMs) {
        if (retryInMs === undefined) refusal = error
        report.failed(error, retryInMs)
      },
      ended() {
        sink.end(refusal)
      },
    },
  })
  subscription.start()
  return subscription
}
