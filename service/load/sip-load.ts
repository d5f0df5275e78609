/** Which SIP requests are begun with: not more than can be answered in time, nor more than their source's share. RFC 7339 §6. */
import type { WorkKind } from '../../core/model/overload-control.ts'
import { sourceNetwork } from '../../core/model/source-network.ts'
import type { MayBegin } from '../../core/sip/server-transactions.ts'
import type { SipMessage } from '../../core/sip/sip-message.ts'
import type { Overload } from './overload.ts'
import type { MayAsk } from './request-rate.ts'

export function createSipAdmission({
  overload,
  maySourceAsk,
  isTrustedPeer,
  isStoreLive = () => true,
}: {
  overload: Pick<Overload, 'admits'>
  maySourceAsk: MayAsk
  /** A proxy speaks for everybody behind it. */
  isTrustedPeer: (address: string) => boolean
  /** False: what is in memory may be old by now, and nothing is said rather than that. Absent: the store is this process's own. */
  isStoreLive?: (() => boolean) | undefined
}): MayBegin {
  return (request, { remoteAddress }) => {
    if (!isStoreLive() || !overload.admits(kindOf(request))) return false
    return isTrustedPeer(remoteAddress) || maySourceAsk(sourceNetwork(remoteAddress))
  }
}

/** Refreshes and ends of what was granted come before what is new. */
function kindOf(request: SipMessage): WorkKind {
  const goesOn = request.toTag !== '' || request.count('sip-if-match') > 0
  return goesOn ? 'known' : 'new'
}
