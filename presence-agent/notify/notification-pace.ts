/** Notification pace: how soon after a NOTIFY the next may come, and when it must. RFC 6446 §5.2, §6.2, §7.2. */
import type { Clock } from '../../core/model/clock.ts'
import { parseEvent } from '../../core/sip/event.ts'
import type { SipMessage } from '../../core/sip/sip-message.ts'
import { askedRates, grantedRates, rateParameters, type EventRates } from './event-rates.ts'
import { createExpiryQueue, type ExpiryQueue } from '../expiry-queue.ts'
import type { Pace, Subscription } from '../resource.ts'
import { createRollingCount, SPANS } from './rolling-count.ts'

export interface NotificationPace {
  /** Gives a subscription, whose end is known, the rates that its Event header field asks for, and takes away all others. */
  grant(subscription: Subscription, event: string): void
  /** After a restart. */
  resume(subscriptions: Iterable<Subscription>): void
  /** A NOTIFY goes out: the subscription is quiet from now on, for as long as it asked for and local policy wants. */
  sent(subscription: Subscription, now: number): void
  /** What a watcher answered to a NOTIFY may bring other rates. */
  answered(subscription: Subscription, response: SipMessage): void
  /** The subscription has ended. */
  forget(subscription: Subscription): void
  stop(): void
}

interface PaceOptions {
  readonly clock: Clock
  /** Milliseconds between two NOTIFYs by local policy; 0: any. */
  readonly throttle: () => number
  /** They have been told nothing for as long as they can bear. */
  readonly silent: (subscriptions: readonly Subscription[]) => void
}

export function createNotificationPace(options: PaceOptions): NotificationPace {
  const { clock, silent } = options
  const queue = createExpiryQueue<Pace>(clock, (paces) => {
    silent(paces.map(({ subscription }) => subscription))
  })

  function sent(subscription: Subscription, now: number): void {
    const { pace } = subscription
    const throttle = options.throttle()
    if (throttle === 0 && !pace) return
    // The slower of the two counts.
    subscription.quietUntil = now + Math.max(throttle, interval(pace?.rates.maximum) ?? 0)
    if (pace) begin(queue, pace, now)
  }

  return {
    grant(subscription, event) {
      grant(subscription, event, options)
    },
    resume(subscriptions) {
      for (const subscription of subscriptions) {
        grant(subscription, subscription.event, options)
        if (subscription.pace) begin(queue, subscription.pace, clock.now())
      }
    },
    sent,
    answered(subscription, response) {
      const event = newRates(subscription, response)
      if (event === undefined) return
      grant(subscription, event, options)
      // What answers a SUBSCRIBE, and the end, do not wait. §5.2
      if (!subscription.owed) sent(subscription, clock.now())
    },
    forget({ pace }) {
      if (pace) queue.remove(pace)
    },
    stop() {
      queue.stop()
    },
  }
}

function begin(queue: ExpiryQueue<Pace>, pace: Pace, now: number): void {
  queue.remove(pace)
  const wait = longestSilence(pace, now)
  if (wait === Infinity || pace.subscription.ended) return
  pace.dueAt = now + wait
  queue.add(pace)
}

const MAY_ASK = /-rate/i

function grant(subscription: Subscription, event: string, { clock, throttle }: PaceOptions): void {
  // Nearly all ask for nothing.
  const parameters = MAY_ASK.test(event) ? parseEvent(event)?.parameters : undefined
  if (!parameters && !subscription.pace) return
  const now = clock.now()
  const duration = (subscription.dueAt - now) / 1000
  const least = throttle()
  const highest = least > 0 ? 1000 / least : Infinity
  const asks = parameters !== undefined && duration > 0
  const rates = asks ? grantedRates(askedRates(parameters), { duration, highest }) : {}
  subscription.pace ??= newPace(subscription)
  setRates(subscription.pace, rates, now)
}

/** The Event header field of a 2xx; of another package it means nothing. §9.3 */
function newRates({ resource }: Subscription, response: SipMessage): string | undefined {
  const event = response.status < 300 ? response.header('event') : undefined
  const isOurs = event !== undefined && parseEvent(event)?.package === resource.eventPackage.name
  return isOurs ? event : undefined
}

function newPace(subscription: Subscription): Pace {
  return { subscription, rates: {}, parameters: '', sent: undefined, dueAt: 0, place: -1 }
}

function setRates(pace: Pace, rates: EventRates, now: number): void {
  const { adaptiveMinimum } = rates
  pace.rates = rates
  pace.parameters = rateParameters(rates)
  pace.sent = adaptiveMinimum ? createRollingCount(1000 / adaptiveMinimum, now) : undefined
}

/** Milliseconds after which a NOTIFY must come though nothing is new. */
function longestSilence({ rates, sent }: Pace, now: number): number {
  const { adaptiveMinimum, minimum, maximum } = rates
  const fixed = interval(minimum) ?? Infinity
  if (!adaptiveMinimum || !sent) return fixed
  // §7.4, with a period of ten times the reciprocal of the rate: count / (rate² × period).
  const adaptive = sent.add(now) / (adaptiveMinimum * SPANS)
  return Math.min(fixed, Math.max(interval(maximum) ?? 0, adaptive * 1000))
}

/** Milliseconds. */
function interval(rate: number | undefined): number | undefined {
  return rate === undefined ? undefined : 1000 / rate
}
