/** Which SIP requests are begun with: not more than can be answered in time, nor more than their source's share. RFC 7339 §6. */
import type { WorkKind } from '../../core/model/overload-control.ts'
import { sourceNetwork } from '../../core/model/source-network.ts'
import type { MayBegin } from '../../core/sip/server-transactions.ts'
import type { SipMessage } from '../../core/sip/sip-message.ts'
import type { Overload } from './overload.ts'
import { counted, type RefusedCounts } from './refused-counts.ts'
import type { MayAsk } from './request-rate.ts'

export function createSipAdmission({
  overload,
  maySourceAsk,
  refused,
  isTrustedPeer,
  isStoreLive = () => true,
  isWelcoming = () => true,
}: {
  overload: Pick<Overload, 'admits'>
  maySourceAsk: MayAsk
  refused: RefusedCounts
  /** A proxy speaks for everybody behind it. */
  isTrustedPeer: (address: string) => boolean
  /** False: what is in memory may be old by now, and nothing is said rather than that. Absent: the store is this process's own. */
  isStoreLive?: (() => boolean) | undefined
  /** False: it is about to end, or has not begun; who is sent here is served all the same. Absent: it is neither. */
  isWelcoming?: () => boolean
}): MayBegin {
  const mayAsk = counted(maySourceAsk, refused, 'sipSource')
  return (request, { remoteAddress }) => {
    if (!isStoreLive()) return false
    if (!overload.admits(kindOf(request))) {
      refused.overload++
      return false
    }
    // A dispatcher that asks so sends nobody here while this is refused. RFC 3261 §11.
    if (request.method === 'OPTIONS' && !isWelcoming()) return false
    return isTrustedPeer(remoteAddress) || mayAsk(sourceNetwork(remoteAddress))
  }
}

/** Refreshes and ends of what was granted come before what is new. */
function kindOf(request: SipMessage): WorkKind {
  const goesOn = request.toTag !== '' || request.count('sip-if-match') > 0
  return goesOn ? 'known' : 'new'
}
