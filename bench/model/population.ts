/** Who uses the service and how: what the cost model counts from. */
export interface Population {
  /** Whom a user watches, each by a subscription of its own, and by how many she is watched. */
  readonly contacts: number
  /** Of her status, an hour. */
  readonly changesPerHour: number
  /** Seconds after which a phone refreshes a subscription or a publication that has not changed. */
  readonly refreshAfter: number
  /** How often she signs out and in again, an hour. */
  readonly sessionsPerHour: number
  /** How often she stores another icon, an hour. */
  readonly iconsPerHour: number
}

/** A softphone user at work: expirations of an hour, refreshed at five sixths; one sign-in a day and a new icon a month. */
export const TYPICAL: Population = {
  contacts: 50,
  changesPerHour: 5,
  refreshAfter: 3000,
  sessionsPerHour: 1 / 24,
  iconsPerHour: 1 / (24 * 30),
}
