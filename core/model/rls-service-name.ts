/** The one spelling of a service's address, so that equal services are equal strings. RFC 4826 §5. */
import type { Domains } from './domain.ts'
import { parseAor, type Aor } from '../uri/aor.ts'
import { parseSipUri, type SipUri } from '../uri/sip-uri.ts'

export interface RlsServiceName {
  /** Whom the address would name without its parameters. */
  readonly aor: Aor
  /** In canonical spelling with a semicolon before each; empty: the address is that of a person. */
  readonly parameters: string
  /** Both together. */
  readonly key: string
}

const PRESENCE_SCHEMES = /^(?:sips?|pres):/i
/** Say how a request gets there, not who is meant. */
const OF_THE_WAY = ['transport', 'maddr', 'ttl', 'lr', 'method']

/** Undefined: not a SIP, SIPS or pres URI that people could subscribe to. */
export function rlsServiceName(uri: string, domains: Domains): RlsServiceName | undefined {
  const address = PRESENCE_SCHEMES.test(uri) ? parseAor(uri) : undefined
  if (!address) return undefined
  const aor = domains.canonical(address)
  const parameters = parametersOf(parseSipUri(uri))
  return { aor, parameters, key: aor + parameters }
}

/** RCS clients tell their lists apart by one: `sip:alice@example.com;pres-list=rcs`. */
function parametersOf(uri: SipUri | undefined): string {
  const kept = uri?.parameters.filter(({ name }) => !OF_THE_WAY.includes(name)) ?? []
  return kept
    .map(({ name, value }) =>
      value === undefined ? `;${name}` : `;${name}=${value.toLowerCase()}`,
    )
    .sort()
    .join('')
}
