/** Priority: of a resource in XMPP, and of a contact address in PIDF. RFC 8048 §6.2. */

const HIGHEST = 127

/**
 * Zero to one with at most three decimals, another for each priority: 0 is 0, 1 is 0.008, 127 is 1.
 * Undefined: a negative one is not mapped.
 */
export function contactPriority(priority: number): string | undefined {
  if (priority < 0) return undefined
  return String(Math.round((priority / HIGHEST) * 1_000) / 1_000)
}

/** Absent is the lowest in PIDF (RFC 3863 §4.1.5) and zero in XMPP (RFC 6121 §4.7.2.3). */
export function resourcePriority(priority: string | undefined): number {
  return priority === undefined ? 0 : Math.round(Number(priority) * HIGHEST)
}
