/** Who learns whether somebody exists: members of the same domain, and nobody else. To all others nobody is as silent as somebody. RFC 3856 §9.1 */
import type { Domains } from '../core/model/domain.ts'
import type { Aor } from '../core/uri/aor.ts'

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
