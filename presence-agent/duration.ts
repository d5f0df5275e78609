/** How long a publication, subscription or binding lasts: what was asked, within bounds. RFC 3903 §6 step 4, RFC 6665 §4.2.1.1. */
import { parseDeltaSeconds } from '../core/sip/delta-seconds.ts'
import { badRequest, intervalTooBrief } from './refusal.ts'

/** Both in seconds. */
export interface DurationBounds {
  readonly minExpires: number
  readonly maxExpires: number
}

const HOUR = 3600

/** In seconds, never more than was asked. `asked`: the value of Expires; undefined: the default counts. */
export function grantedDuration(
  asked: string | undefined,
  defaultDuration: number,
  { minExpires, maxExpires }: DurationBounds,
): number {
  const seconds = asked === undefined ? defaultDuration : parseDeltaSeconds(asked)
  if (seconds === undefined) throw badRequest('Malformed Expires')
  // Only an interval between zero and an hour may be too brief. RFC 6665 §4.2.1.1
  if (seconds > 0 && seconds < HOUR && seconds < minExpires && asked !== undefined) {
    throw intervalTooBrief(minExpires)
  }
  return Math.min(seconds, maxExpires)
}
