/** Who learns whether somebody exists: members of the same domain, and nobody else. To all others nobody is as silent as somebody. RFC 3856 §9.1 */
import type { Domains } from '../core/model/domain.ts'
import type { Presentity } from '../core/model/presentity.ts'
import type { Aor } from '../core/uri/aor.ts'
import { forbidden, notFound, type Refusal } from './refusal.ts'

/** `address`: in none of our domains there is nothing to keep quiet. */
export function learnsWhoExists(
  asker: Aor | undefined,
  address: Aor | undefined,
  domains: Domains,
): boolean {
  const domain = address && domains.of(address)
  if (!domain) return true
  return asker !== undefined && domains.of(asker) === domain
}

/** Whom an address means, to somebody who asks. */
interface Meant {
  readonly address: Aor | undefined
  readonly presentity: Pick<Presentity, 'aor'> | undefined
  readonly learnsWhoExists: boolean
}

/**
 * Whether it is a telephone number of somebody whom the asker must not know of. A number has no domain in which nobody could be
 * as silent as its owner: to others it is nobody's, until the owner lets them in.
 */
export function isHiddenNumber({ address, presentity, learnsWhoExists }: Meant): boolean {
  return presentity !== undefined && !learnsWhoExists && address?.startsWith('tel:') === true
}

/** The answer to who speaks for somebody else, or for nobody: the same to those who must not know which. */
export function notTheirs(meant: Meant): Refusal {
  const isNobody = meant.presentity === undefined && meant.learnsWhoExists
  return isNobody || isHiddenNumber(meant) ? notFound() : forbidden()
}
