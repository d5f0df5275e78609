/** A number of seconds, as in Expires, Min-Expires and Retry-After. RFC 3261 §20.19, §20.33. */

const LARGEST = 2 ** 32 - 1

/** Undefined when the value is no number; what does not fit 32 bits is the largest that does. RFC 4475 §3.1.2.4. */
export function parseDeltaSeconds(value: string): number | undefined {
  // Retry-After may carry a comment and parameters behind the number.
  const match = /^\s*(\d+)\s*(?:$|[;(])/.exec(value)
  return match ? Math.min(Number(match[1]), LARGEST) : undefined
}
