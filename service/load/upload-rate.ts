/** How often one account, and one source, may store an icon. RFC 6585 §4. */
import type { Clock } from '../../core/model/clock.ts'
import { sourceNetwork } from '../../core/model/source-network.ts'
import { createTokenBuckets } from '../../core/model/token-buckets.ts'
import type { MayUpload } from '../../xcap-server/upload-rate.ts'

/** For which the limits are. */
const MINUTES = 10

export function createUploadRate(
  {
    uploadsPerAccount,
    uploadsPerSource,
  }: { readonly uploadsPerAccount: number; readonly uploadsPerSource: number },
  clock: Clock,
): MayUpload {
  const accounts = bucketsOf(uploadsPerAccount, clock)
  const sources = bucketsOf(uploadsPerSource, clock)
  return (account, source) => {
    if (!accounts(account)) return secondsUntilOne(uploadsPerAccount)
    return sources(sourceNetwork(source)) ? 0 : secondsUntilOne(uploadsPerSource)
  }
}

/** 0: any number. */
function bucketsOf(most: number, clock: Clock): (who: string) => boolean {
  if (most === 0) return () => true
  const buckets = createTokenBuckets({ clock, burst: most, perMinute: most / MINUTES })
  return (who) => buckets.take(who)
}

const secondsUntilOne = (most: number) => Math.ceil((MINUTES * 60) / most)
