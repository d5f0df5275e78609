/** Event rates: how often a watcher wants to be told, at most and at least, and what it is granted. RFC 6446 §4.2, §9.2. */
import type { Parameters } from '../../core/sip/parameters.ts'

/** NOTIFYs a second. */
export interface EventRates {
  readonly maximum?: number
  readonly minimum?: number
  readonly adaptiveMinimum?: number
}

/** Of the parameters of Event. What the grammar does not know is not asked for, and so nothing of it is reflected. §9.2. */
export function askedRates(parameters: Parameters): EventRates {
  return ratesOf({
    maximum: rateIn(parameters.get('max-rate')),
    minimum: rateIn(parameters.get('min-rate')),
    adaptiveMinimum: rateIn(parameters.get('adaptive-min-rate')),
  })
}

interface RateBounds {
  /** Of the subscription, in seconds. */
  readonly duration: number
  /** What local policy allows, NOTIFYs a second. */
  readonly highest: number
}

/** A NOTIFY that nothing new asks for comes once in five seconds at most, as RFC 3856 §6.10 has it. */
const HIGHEST_MINIMUM = 0.2

export function grantedRates(asked: EventRates, { duration, highest }: RateBounds): EventRates {
  // One NOTIFY at least falls into the subscription. §5.3
  const slowest = 1 / duration
  const maximum = asked.maximum && Math.max(Math.min(asked.maximum, highest), slowest)
  // §8: neither minimum is above the maximum.
  const ceiling = Math.min(maximum ?? highest, HIGHEST_MINIMUM)
  const adaptiveMinimum = asked.adaptiveMinimum && Math.min(asked.adaptiveMinimum, ceiling)
  const minimum = asked.minimum && Math.min(asked.minimum, ceiling)
  // §8: a minimum that is not below the adaptive one does not count.
  const counts = minimum !== undefined && minimum < (adaptiveMinimum ?? Infinity)
  return ratesOf({ maximum, minimum: counts ? minimum : undefined, adaptiveMinimum })
}

/** Parameters of Subscription-State. §4.2. */
export function rateParameters({ maximum, minimum, adaptiveMinimum }: EventRates): string {
  return (
    parameter('max-rate', maximum) +
    parameter('min-rate', minimum) +
    parameter('adaptive-min-rate', adaptiveMinimum)
  )
}

function parameter(name: string, rate: number | undefined): string {
  // Ten digits behind the point, and never an exponent. §9.2
  return rate === undefined ? '' : `;${name}=${rate.toFixed(10).replace(/\.?0+$/, '')}`
}

const RATE = /^\d{1,2}(?:\.\d{1,10})?$/

function rateIn(value: string | undefined): number | undefined {
  const rate = value !== undefined && RATE.test(value) ? Number(value) : 0
  return rate > 0 ? rate : undefined
}

function ratesOf(rates: Record<keyof EventRates, number | undefined>): EventRates {
  return Object.fromEntries(Object.entries(rates).filter(([, rate]) => rate !== undefined))
}
