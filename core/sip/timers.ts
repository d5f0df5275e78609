/** The timers of non-INVITE transactions, in milliseconds. RFC 3261 §17.1.1.1, §17.1.2.2, §17.2.2, Table 4. */

/** Estimate of the round trip. */
const T1 = 500
/** Longest pause between two retransmissions. */
const T2 = 4000

/** A request goes out again after each of these pauses while nothing comes back. */
export const TIMER_E = [T1, 2 * T1, 4 * T1, T2] as const
/** A client transaction gives up. */
export const TIMER_F = 64 * T1
/** A server transaction over UDP keeps its response for retransmissions; over TCP not at all. */
export const TIMER_J = 64 * T1
/** A subscriber waits so long for the NOTIFY that follows its SUBSCRIBE. RFC 6665 §4.1.2.4. */
export const TIMER_N = 64 * T1
