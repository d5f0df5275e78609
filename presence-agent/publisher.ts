/** Publisher: for whom a PUBLISH may speak. RFC 3903 §6 steps 1 and 3, RFC 3325 §5. */
import type { Aor } from '../core/uri/aor.ts'
import { notTheirs } from './known-existence.ts'
import { forbidden } from './refusal.ts'
import type { AdmittedRequest } from './request-admission.ts'

/** Whose state the request publishes; throws the Refusal to answer when that is not the sender's affair. */
export function publishedPresentity(admitted: AdmittedRequest): Aor {
  const { presentity, identity } = admitted
  // Not a resource of ours: 404. RFC 3903 §6 step 1. Other domains do not learn who exists.
  if (!presentity) throw notTheirs(admitted)
  // Of people in another network their gateway tells, and nobody by SIP: 403. RFC 3903 §6 step 3
  if (presentity.domain.isNeighbour) throw forbidden()
  if (identity !== presentity.aor && !isOfTrustedPeer(admitted)) throw notTheirs(admitted)
  return presentity.aor
}

/**
 * A proxy or PBX that is trusted tells the state of its users in its own name or theirs (pua_usrloc, pua_dialoginfo,
 * Asterisk's outbound publish). What it only passes on has the sender's Via below its own, or says who the sender is.
 */
export function isOfTrustedPeer({ trusted, request: { message } }: AdmittedRequest): boolean {
  return trusted && message.count('p-asserted-identity') === 0 && message.values('via').length === 1
}
