/** Whether the identity condition of a rule means somebody: prepared once, asked for many watchers. RFC 4745 §7.1. Pure. */
import type { IdentityMatch } from '../documents/common-policy-identity.ts'
import { aorDomain, parseAor, type Aor } from '../uri/aor.ts'

/** How this service spells what may be written in several ways. */
export interface Spelling {
  readonly address: (aor: Aor) => Aor
  /** Of a domain in lower case. */
  readonly domain: (domain: string) => string
}

export const AS_WRITTEN: Spelling = { address: (aor) => aor, domain: (domain) => domain }

/** `addresses`: all of one watcher. */
export type MeansWatcher = (addresses: readonly Aor[]) => boolean

/** Any of the children will do. RFC 4745 §7.1.1 */
export function identityCondition(
  matches: readonly IdentityMatch[],
  spelling: Spelling,
): MeansWatcher {
  const ones = matches.flatMap((match) => (match.kind === 'one' ? [match.id] : []))
  const named = addressesIn(ones, spelling)
  const manys = matches.flatMap((match) =>
    match.kind === 'many' ? [manyCondition(match, spelling)] : [],
  )
  return (addresses) =>
    addresses.some((address) => named.has(address)) || manys.some((means) => means(addresses))
}

function manyCondition(
  { domain, except, extensions }: Extract<IdentityMatch, { kind: 'many' }>,
  spelling: Spelling,
): MeansWatcher {
  // An exception that is not understood may be about this watcher.
  if (extensions.length > 0) return () => false
  const wanted = domain === undefined ? undefined : asciiDomain(domain, spelling)
  const exceptions = addressesIn(
    except.flatMap(({ id }) => id ?? []),
    spelling,
  )
  const exceptedDomains = new Set(
    except.flatMap((one) =>
      one.domain === undefined ? [] : (asciiDomain(one.domain, spelling) ?? []),
    ),
  )
  const domainOf = (address: Aor) => asciiDomain(aorDomain(address), spelling) ?? ''
  const isExcepted = (address: Aor) =>
    exceptions.has(address) || (exceptedDomains.size > 0 && exceptedDomains.has(domainOf(address)))
  const isInDomain = (address: Aor) => wanted !== undefined && domainOf(address) === wanted
  return (addresses) =>
    (domain === undefined || addresses.some(isInDomain)) && !addresses.some(isExcepted)
}

/** URIs of different schemes are never equal: a telephone number is no SIP address. RFC 5025 §3.1.1.2 */
function addressesIn(ids: readonly string[], spelling: Spelling): ReadonlySet<Aor> {
  return new Set(
    ids.flatMap((id) => {
      const aor = parseAor(id.trim())
      return aor === undefined ? [] : spelling.address(aor)
    }),
  )
}

const NOT_IN_A_DOMAIN = /[/\\?#@:\s]/
const PLAIN_DOMAIN = /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z](?:[a-z0-9-]*[a-z0-9])?)+$/

// Percent-encoding undone, ToASCII, then label by label; a domain that cannot be converted equals none. RFC 4745 §7.1.3
function asciiDomain(domain: string, spelling: Spelling): string | undefined {
  const text = domain.trim()
  if (PLAIN_DOMAIN.test(text)) return spelling.domain(text)
  if (text === '' || NOT_IN_A_DOMAIN.test(text)) return undefined
  const url = `http://${text}`
  return URL.canParse(url) ? spelling.domain(new URL(url).hostname) : undefined
}
