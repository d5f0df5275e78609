/** Whose a message between workers is. */

export const TOPICS = {
  /** The first on each channel: which worker it is. */
  hello: 0,
  /** SIP messages and what becomes of connections: core/sip/relay. */
  sip: 1,
  /** core/store/remote. */
  store: 2,
  storeChanges: 3,
  /** Health, administration, explanations. */
  administration: 4,
  metrics: 6,
  /** Who costs most. */
  top: 7,
  /** What `visage trace` follows. */
  trace: 5,
} as const
