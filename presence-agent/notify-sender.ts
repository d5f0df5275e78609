/** Sends NOTIFYs: one on its way per dialog, and behind it only the newest state. RFC 6665 §4.2.2, RFC 3856 §6.10. */
import type { Clock } from '../core/model/clock.ts'
import type { Log } from '../core/model/log.ts'
import { requestHeaders } from '../core/sip/dialog.ts'
import type { Destination, Flow, RequestOutcome, SipEndpoint } from '../core/sip/sip-endpoint.ts'
import type { NotifyBodyStore } from './notify-bodies.ts'
import { notifyOutcome } from './notify-outcome.ts'
import { contactUri, notifyDestination } from './notify-route.ts'
import { createQuietPeriods } from './quiet-periods.ts'
import { notifyHead, subscriptionState, type Subscription } from './subscription.ts'

export interface NotifySender {
  /** At the next flush. `soon`: a mere change, which the throttle may hold back. */
  tell(subscription: Subscription, urgency: 'now' | 'soon'): void
  /** Sends what is to be told, as much of it as one turn of the event loop should bear. */
  flush(): void
  stop(): void
}

interface NotifySenderOptions {
  readonly sip: SipEndpoint
  readonly bodies: NotifyBodyStore
  /** Milliseconds between two NOTIFYs for mere changes; 0: none. */
  readonly throttle: number
  readonly clock: Clock
  readonly log: Log
  /** The watcher has gone. */
  readonly gone: (subscription: Subscription) => void
  /** Its CSeq numbers are used up; it is told again when there are more. */
  readonly reserveCseq: (subscription: Subscription) => void
}

const LARGEST_FLUSH = 500
/** Milliseconds until a document that could not be composed is tried again. */
const COMPOSE_AGAIN = 5_000

export function createNotifySender(options: NotifySenderOptions): NotifySender {
  const { sip, bodies, throttle, clock, log } = options
  const waiting = new Set<Subscription>()
  let continuing = false
  let stopped = false
  const quiet = createQuietPeriods(clock, (subscriptions) => {
    for (const subscription of subscriptions) waiting.add(subscription)
    flush()
  })

  function tell(subscription: Subscription, urgency: 'now' | 'soon'): void {
    subscription.unsaid = true
    if (urgency === 'now') subscription.quietUntil = 0
    waiting.add(subscription)
  }

  function flush(): void {
    if (continuing || stopped) return
    let room = LARGEST_FLUSH
    for (const subscription of waiting) {
      if (room-- === 0) break
      waiting.delete(subscription)
      notify(subscription)
    }
    if (waiting.size === 0) return
    continuing = true
    setImmediate(() => {
      continuing = false
      flush()
    })
  }

  function notify(subscription: Subscription): void {
    // While one is on its way the mark stays: its answer brings the newest state.
    if (subscription.notifying || !subscription.unsaid) return
    if (subscription.quietUntil > clock.now() && !subscription.ended) {
      quiet.hold(subscription)
      return
    }
    if (subscription.cseq >= subscription.cseqReserved) {
      options.reserveCseq(subscription)
      return
    }
    subscription.unsaid = false
    const destination = notifyDestination(subscription, sip)
    // Parked: nobody can be reached by a connection that has ended. The next refresh brings another one.
    if (destination) compose(subscription, destination)
  }

  function compose(subscription: Subscription, destination: Flow | Destination): void {
    subscription.notifying = true
    const body = bodies.bodyFor(subscription)
    if (!(body instanceof Promise)) {
      send(subscription, destination, body)
      return
    }
    body.then(
      (made) => {
        send(subscription, destination, made)
      },
      (error: unknown) => {
        log.warn({ err: error, presentity: subscription.resource.presentity }, 'no NOTIFY body')
        again(subscription, COMPOSE_AGAIN)
      },
    )
  }

  function send(subscription: Subscription, destination: Flow | Destination, body: Buffer): void {
    const now = clock.now()
    const head = notifyHead(subscription, contactUri(sip, subscription.flow))
    const changing =
      `Subscription-State: ${subscriptionState(subscription, now)}\r\n` +
      `Content-Type: ${subscription.resource.eventPackage.contentType}\r\n`
    if (throttle > 0) subscription.quietUntil = now + throttle
    subscription.cseq++
    const headers = requestHeaders(head, subscription.cseq, 'NOTIFY', changing)
    const { requestUri } = head
    sip.request({ method: 'NOTIFY', requestUri, destination, headers, body }, (outcome) => {
      settle(subscription, outcome)
    })
  }

  function settle(subscription: Subscription, outcome: RequestOutcome): void {
    const meaning = notifyOutcome(outcome)
    if (meaning.kind === 'gone') {
      subscription.notifying = false
      subscription.unsaid = false
      options.gone(subscription)
    } else if (meaning.kind === 'untold') again(subscription, meaning.retryAfter)
    else {
      subscription.notifying = false
      if (subscription.unsaid) notify(subscription)
    }
  }

  function again(subscription: Subscription, milliseconds: number): void {
    subscription.notifying = false
    // The last NOTIFY of a subscription is not worth keeping the subscription for.
    if (subscription.ended && !subscription.unsaid) return
    subscription.unsaid = true
    subscription.quietUntil = clock.now() + milliseconds
    notify(subscription)
  }

  return {
    tell,
    flush,
    stop() {
      stopped = true
      quiet.stop()
    },
  }
}
