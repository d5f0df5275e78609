/** Sends NOTIFYs: one on its way per dialog, and behind it only the newest state. RFC 6665 §4.2.2, RFC 3856 §6.10. */
import type { Clock } from '../core/model/clock.ts'
import type { Log } from '../core/model/log.ts'
import type { Destination, Flow, RequestOutcome, SipEndpoint } from '../core/sip/sip-endpoint.ts'
import type { NotifyBodyStore } from './notify-bodies.ts'
import { notifyOutcome } from './notify-outcome.ts'
import { largeNotifyDestination, notifyDestination } from './notify-route.ts'
import { createQuietPeriods, type QuietPeriods } from './quiet-periods.ts'
import type { NotifyBody, Subscription } from './resource.ts'
import { notifyHead, subscriptionState } from './subscription.ts'

interface NotifySenderOptions {
  readonly sip: SipEndpoint
  readonly bodies: NotifyBodyStore
  /** Whether requests from this IP address have been authenticated already. */
  readonly isTrustedPeer: (address: string) => boolean
  /** Milliseconds between two NOTIFYs for mere changes; 0: none. */
  readonly throttle: number
  readonly clock: Clock
  readonly log: Log
  /** The watcher has gone. */
  readonly gone: (subscription: Subscription) => void
  /** Its CSeq numbers are used up; it is told again when there are more. */
  readonly reserveCseq: (subscription: Subscription) => void
}

/** NOTIFYs that one turn of the event loop should bear. */
const LARGEST_FLUSH = 500
/** Octets that are within 1300 with start line and Via: no need to look for a connection. */
const SMALL = 1_000
/** Milliseconds until a document that could not be composed is tried again. */
const COMPOSE_AGAIN = 5_000

export class NotifySender {
  readonly #options: NotifySenderOptions
  readonly #waiting = new Set<Subscription>()
  readonly #quiet: QuietPeriods
  #continuing = false
  #stopped = false

  constructor(options: NotifySenderOptions) {
    this.#options = options
    this.#quiet = createQuietPeriods(options.clock, (subscriptions) => {
      for (const subscription of subscriptions) this.#waiting.add(subscription)
      this.flush()
    })
  }

  /** At the next flush. `soon`: a mere change, which the throttle may hold back. */
  tell(subscription: Subscription, urgency: 'now' | 'soon'): void {
    subscription.unsaid = true
    if (urgency === 'now') subscription.quietUntil = 0
    this.#waiting.add(subscription)
  }

  /** Sends what is to be told; what is too much for one turn of the event loop goes in the next. */
  flush(): void {
    if (this.#continuing || this.#stopped) return
    let room = LARGEST_FLUSH
    for (const subscription of this.#waiting) {
      if (room-- === 0) break
      this.#waiting.delete(subscription)
      this.#notify(subscription)
    }
    if (this.#waiting.size === 0) return
    this.#continuing = true
    setImmediate(() => {
      this.#continuing = false
      this.flush()
    })
  }

  stop(): void {
    this.#stopped = true
    this.#quiet.stop()
  }

  #notify(subscription: Subscription): void {
    const { clock, reserveCseq } = this.#options
    // While one is on its way the mark stays: its answer brings the newest state.
    if (subscription.notifying || !subscription.unsaid) return
    if (subscription.quietUntil > clock.now()) {
      this.#quiet.hold(subscription)
      return
    }
    if (subscription.cseq >= subscription.cseqReserved) {
      reserveCseq(subscription)
      return
    }
    subscription.unsaid = false
    const destination = notifyDestination(subscription, this.#options)
    // Parked: nobody can be reached by a connection that has ended. The next refresh brings another one.
    if (destination) this.#compose(subscription, destination)
  }

  #compose(subscription: Subscription, destination: Flow | Destination): void {
    const { bodies, log } = this.#options
    subscription.notifying = true
    const body = bodies.bodyFor(subscription)
    if (!(body instanceof Promise)) {
      this.#send(subscription, destination, body)
      return
    }
    const send = (made: NotifyBody | undefined) => {
      this.#send(subscription, destination, made)
    }
    body.then(send, (error: unknown) => {
      log.warn({ err: error, presentity: subscription.resource.presentity }, 'no NOTIFY body')
      this.#tellAgain(subscription, COMPOSE_AGAIN)
    })
  }

  #send(
    subscription: Subscription,
    destination: Flow | Destination,
    body: NotifyBody | undefined,
  ): void {
    const { clock, sip, throttle } = this.#options
    if (!body) {
      subscription.notifying = false
      return
    }
    const { bytes } = body
    const now = clock.now()
    const head = notifyHead(subscription, sip)
    subscription.cseq++
    const headers =
      `CSeq: ${subscription.cseq} NOTIFY\r\nSubscription-State: ${subscriptionState(subscription, now)}\r\n` +
      `Content-Type: ${body.contentType}\r\n`
    if (throttle > 0) subscription.quietUntil = now + throttle
    const { requestUri, headers: prepared } = head
    const isSmall = prepared.length + headers.length + bytes.length <= SMALL
    const whenLarge = isSmall ? undefined : largeNotifyDestination(subscription)
    const ways = whenLarge ? { destination, whenLarge } : { destination }
    sip.request(
      { method: 'NOTIFY', requestUri, ...ways, prepared, headers, body: bytes },
      (outcome) => {
        this.#settle(subscription, outcome)
      },
    )
  }

  #settle(subscription: Subscription, outcome: RequestOutcome): void {
    const meaning = notifyOutcome(outcome)
    subscription.notifying = false
    if (meaning.kind === 'untold') this.#tellAgain(subscription, meaning.retryAfter)
    else if (meaning.kind === 'told') this.#notify(subscription)
    else {
      subscription.unsaid = false
      this.#options.gone(subscription)
    }
  }

  #tellAgain(subscription: Subscription, milliseconds: number): void {
    subscription.notifying = false
    subscription.view?.restate()
    // Something new, as a refresh or an end, is not held back by what went wrong before it.
    if (!subscription.unsaid) subscription.quietUntil = this.#options.clock.now() + milliseconds
    // The last NOTIFY of a subscription is not repeated.
    if (!subscription.ended) subscription.unsaid = true
    this.#notify(subscription)
  }
}
