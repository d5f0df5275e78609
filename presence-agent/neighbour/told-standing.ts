/** What a gateway was told last of one watch: the same is not told again. RFC 6665 §4.1.3 */
import type { Log } from '../../core/model/log.ts'
import type { WatchStanding } from '../../core/model/presence-source.ts'
import { guarded } from '../turn-batch.ts'

type Hears = (standing: WatchStanding) => void

/** Of a watch that waits for room. */
export const NO_ROOM: WatchStanding = {
  ...{ state: 'terminated', reason: 'giveup', status: 503, isFinal: false },
}

/** A fault in whoever hears is logged, and costs nobody else anything. */
export function createToldStanding(hears: Hears, log: Log): Hears {
  let last: WatchStanding | undefined
  return (standing) => {
    if (last && isSame(last, standing)) return
    last = standing
    guarded(() => {
      hears(standing)
    }, log)
  }
}

function isSame(one: WatchStanding, other: WatchStanding): boolean {
  if (one.state === 'active' && other.state === 'active') {
    const { document, handling, showsIcon } = one
    return (
      document === other.document && handling === other.handling && showsIcon === other.showsIcon
    )
  }
  if (one.state === 'terminated' && other.state === 'terminated') {
    const { isFinal, status, reason } = one
    return isFinal === other.isFinal && status === other.status && reason === other.reason
  }
  return one.state === other.state
}
