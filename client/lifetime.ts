/** Lifetime of a publication or subscription: what to ask for, and when to refresh. RFC 3903 §4.1, RFC 6665 §4.1.2.2. */

/** Seconds that are asked for. RFC 3856 §6.4. */
export const USUAL_LIFETIME = 3600
/** Seconds beyond which nothing that a server says of lifetimes is believed; timers take no more than 24 days. */
const LONGEST_LIFETIME = 7 * 86_400
/** A refresh must have time to be sent again, up to 32 s over UDP, before the old state expires. */
const MARGIN_MS = 60_000
/** Whatever a server grants, it is not asked more often. */
const SHORTEST_MS = 1000

/** Milliseconds until the refresh of what lives for so many seconds. */
export function refreshAfter(lifetimeSeconds: number): number {
  const lifetime = Math.min(lifetimeSeconds, LONGEST_LIFETIME) * 1000
  return Math.max(lifetime / 2, lifetime - MARGIN_MS, SHORTEST_MS)
}

/** The lifetime that satisfies a 423; undefined when it cannot be satisfied. RFC 3261 §20.23. */
export function longerLifetime(asked: number, minimum: number | undefined): number | undefined {
  if (minimum === undefined || minimum <= asked || minimum > LONGEST_LIFETIME) return undefined
  return minimum
}
