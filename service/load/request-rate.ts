/** How often one source, or one account, may ask. RFC 6585 §4. */
import type { Clock } from '../../core/model/clock.ts'
import { createTokenBuckets } from '../../core/model/token-buckets.ts'

/** Whether it may ask once more now. */
export type MayAsk = (who: string) => boolean

/** At once what is due in ten seconds: all phones of a building come back together after a power cut. */
const BURST_SECONDS = 10

/** `perSecond` 0: as often as it likes. */
export function createRequestRate(perSecond: number, clock: Clock): MayAsk {
  if (perSecond === 0) return () => true
  const buckets = createTokenBuckets({
    clock,
    burst: perSecond * BURST_SECONDS,
    perMinute: perSecond * 60,
  })
  return (who) => buckets.take(who)
}
