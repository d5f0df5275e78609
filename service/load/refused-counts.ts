/** Refused counts: requests that were refused for want of time, or because somebody asks too often. RFC 6585 §4, RFC 7339 §6. */
import type { MayAsk } from './request-rate.ts'

export type RefusedCounts = Record<
  'overload' | 'sipSource' | 'sipAccount' | 'httpSource' | 'httpAccount',
  number
>

/** The same, and whoever may not is counted. */
export function counted(mayAsk: MayAsk, refused: RefusedCounts, why: keyof RefusedCounts): MayAsk {
  return (who) => {
    const may = mayAsk(who)
    if (!may) refused[why]++
    return may
  }
}
