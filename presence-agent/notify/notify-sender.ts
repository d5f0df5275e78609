/** Sends NOTIFYs: one on its way per dialog, and behind it only the newest state. RFC 6665 §4.2.2, RFC 3856 §6.10. */
import type { Clock } from '../../core/model/clock.ts'
import type { Log } from '../../core/model/log.ts'
import type { Destination, Flow, RequestOutcome, SipEndpoint } from '../../core/sip/sip-endpoint.ts'
import type { NotificationPace } from './notification-pace.ts'
import type { NotifyBodyStore } from './notify-bodies.ts'
import type { NotifyBody } from './notify-body.ts'
import { ANY_ENTITY, underCondition } from './notify-condition.ts'
import { createNotifyHeads, type NotifyHeads } from './notify-heads.ts'
import type { NotifyCounts } from './notify-counts.ts'
import { notifyOutcome, notifyStatus } from './notify-outcome.ts'
import { largeNotifyDestination, notifyDestination } from './notify-route.ts'
import { createQuietPeriods, type QuietPeriods } from './quiet-periods.ts'
import { NO_ANSWER_YET, type Subscription } from '../resource.ts'
import { subscriptionState } from '../subscription.ts'

export interface NotifySenderOptions {
  readonly sip: SipEndpoint
  readonly bodies: NotifyBodyStore
  /** Whether requests from this IP address have been authenticated already. */
  readonly isTrustedPeer: (address: string) => boolean
  readonly pace: NotificationPace
  readonly counts: NotifyCounts
  /** Since when what is told now has been there; undefined: since now. */
  readonly began: () => number | undefined
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
/** Milliseconds that a silent watcher is left alone, if nothing changes. */
const ASK_AGAIN = 30_000

export class NotifySender {
  readonly #options: NotifySenderOptions
  readonly #waiting = new Set<Subscription>()
  /** Those that were told something more while a body was being made for them. */
  readonly #meanwhile = new Set<Subscription>()
  readonly #quiet: QuietPeriods
  readonly #heads: NotifyHeads
  readonly #epoch: number
  #continuing = false
  #stopped = false

  constructor(options: NotifySenderOptions) {
    this.#options = options
    this.#heads = createNotifyHeads(options.sip)
    this.#epoch = options.clock.now() - 1
    this.#quiet = createQuietPeriods(options.clock, (subscriptions) => {
      for (const subscription of subscriptions) this.#waiting.add(subscription)
      this.flush()
    })
  }

  /** At the next flush. `soon`: a mere change, which the throttle may hold back. */
  tell(subscription: Subscription, urgency: 'now' | 'soon'): void {
    if (subscription.heardBy) {
      subscription.heardBy.heard(subscription)
      return
    }
    subscription.unsaid = true
    if (subscription.unsaidSince === 0) {
      const { began, clock } = this.#options
      subscription.unsaidSince = this.#sinceEpoch(began() ?? clock.now())
    }
    if (urgency === 'now') {
      if (subscription.notifying) this.#meanwhile.add(subscription)
      subscription.owed = true
      subscription.quietUntil = 0
    }
    this.#waiting.add(subscription)
  }

  /** Tells them all of the state as it is, though it may not be new. RFC 6446 §6.2 */
  remind(subscriptions: readonly Subscription[]): void {
    for (const subscription of subscriptions) {
      if (subscription.condition === undefined) subscription.view?.restate()
      subscription.toldTag = undefined
      this.tell(subscription, 'soon')
    }
    this.flush()
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

  /** It has ended, and is told nothing more. */
  forget(subscription: Subscription): void {
    this.#waiting.delete(subscription)
    this.#meanwhile.delete(subscription)
    this.#quiet.release(subscription)
    this.#heads.forget(subscription)
    this.#options.pace.forget(subscription)
  }

  stop(): void {
    this.#stopped = true
    this.#quiet.stop()
  }

  #notify(subscription: Subscription): void {
    const { clock, reserveCseq } = this.#options
    // While one is on its way the mark stays: its answer brings the newest state.
    if (subscription.notifying || !subscription.unsaid) return
    // Who wants to hear of nothing is not told mere changes, and learns of them by its next SUBSCRIBE. RFC 5839 §6.3
    if (subscription.condition === ANY_ENTITY && !subscription.owed) return
    if (subscription.quietUntil > clock.now()) {
      subscription.unsaidSince = 0
      this.#quiet.hold(subscription, subscription.quietUntil)
      return
    }
    if (subscription.cseq >= subscription.cseqReserved) {
      reserveCseq(subscription)
      return
    }
    const destination = notifyDestination(subscription, this.#options)
    // Parked: nobody can be reached by a connection that has ended. The next refresh brings another one.
    if (destination) this.#compose(subscription, destination)
  }

  #compose(subscription: Subscription, destination: Flow | Destination): void {
    const { bodies, log } = this.#options
    subscription.unsaid = false
    subscription.notifying = true
    this.#meanwhile.delete(subscription)
    this.#quiet.release(subscription)
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
      this.#tellLater(subscription, COMPOSE_AGAIN)
    })
  }

  #send(
    subscription: Subscription,
    destination: Flow | Destination,
    made: NotifyBody | undefined,
  ): void {
    const { clock, sip, pace } = this.#options
    const told = underCondition(subscription, made)
    if (!told) {
      subscription.notifying = false
      subscription.unsaidSince = 0
      // There may be something newer by now.
      this.#notify(subscription)
      return
    }
    const now = clock.now()
    const head = this.#heads.of(subscription)
    subscription.owed = this.#meanwhile.has(subscription)
    subscription.cseq++
    const headers =
      `CSeq: ${subscription.cseq} NOTIFY\r\nSubscription-State: ${subscriptionState(subscription, now)}\r\n` +
      told.fields
    pace.sent(subscription, now)
    this.#noteDelay(subscription, now)
    subscription.notifiedAt = now
    subscription.notifiedSize = told.bytes.length
    subscription.notifyStatus = NO_ANSWER_YET
    const { requestUri, headers: prepared } = head
    const body = told.bytes
    const isSmall = prepared.length + headers.length + body.length <= SMALL
    const whenLarge = isSmall ? undefined : largeNotifyDestination(subscription)
    const ways = whenLarge ? { destination, whenLarge } : { destination }
    sip.request({ method: 'NOTIFY', requestUri, ...ways, prepared, headers, body }, (outcome) => {
      this.#settle(subscription, outcome)
    })
  }

  #settle(subscription: Subscription, outcome: RequestOutcome): void {
    const { clock, counts } = this.#options
    const meaning = notifyOutcome(outcome)
    counts.outcomes[meaning.kind]++
    if (outcome.kind === 'response') {
      counts.answer.observe((clock.now() - subscription.notifiedAt) / 1000)
    }
    subscription.notifying = false
    subscription.notifyStatus = notifyStatus(outcome)
    switch (meaning.kind) {
      case 'told':
        subscription.unanswered = false
        if (subscription.pace && outcome.kind === 'response') {
          this.#options.pace.answered(subscription, outcome.response)
        }
        this.#notify(subscription)
        break
      case 'untold':
        this.#tellLater(subscription, meaning.retryAfter)
        break
      case 'unanswered':
        if (subscription.unanswered) this.#end(subscription)
        else this.#askAgain(subscription)
        break
      case 'gone':
        this.#end(subscription)
    }
  }

  /** A small integer takes no memory of its own. */
  #sinceEpoch(moment: number): number {
    return Math.max(1, moment - this.#epoch) | 0
  }

  #noteDelay(subscription: Subscription, now: number): void {
    const since = subscription.unsaidSince
    subscription.unsaidSince = 0
    if (since === 0) return
    this.#options.counts.delay.observe(((this.#sinceEpoch(now) - since) | 0) / 1000)
  }

  #end(subscription: Subscription): void {
    subscription.unsaid = false
    this.forget(subscription)
    this.#options.gone(subscription)
  }

  // DEVIATION: RFC 6665 §4.2.2 ends a subscription by its first NOTIFY that times out. A phone that was out of reach for
  // half a minute would show an old state until its next refresh, an hour perhaps; so only the second in a row ends it.
  #askAgain(subscription: Subscription): void {
    subscription.unanswered = true
    const isNew = subscription.unsaid
    this.#owe(subscription)
    if (isNew) this.#notify(subscription)
    else if (!subscription.ended) {
      this.#quiet.hold(subscription, this.#options.clock.now() + ASK_AGAIN)
    }
  }

  #owe(subscription: Subscription): void {
    // The last NOTIFY of a subscription is not repeated.
    if (subscription.ended) return
    subscription.unsaid = true
    subscription.owed = true
  }

  #tellLater(subscription: Subscription, milliseconds: number): void {
    subscription.notifying = false
    // Something new, as a refresh or an end, is not held back by what went wrong before it.
    if (!subscription.unsaid) subscription.quietUntil = this.#options.clock.now() + milliseconds
    this.#owe(subscription)
    this.#notify(subscription)
  }
}
