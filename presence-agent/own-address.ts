/** Whether a URI names this server: a domain that it serves, or the address that a request came in on. RFC 3261 §22.4. */
import type { Domains } from '../core/model/domain.ts'
import type { Flow, SipEndpoint } from '../core/sip/sip-endpoint.ts'
import { parsePresUri } from '../core/uri/pres-uri.ts'
import { parseSipUri } from '../core/uri/sip-uri.ts'

/** `flow`: that of the request in which the URI stands. */
export type NamesThisServer = (uri: string, flow: Flow) => boolean

interface OwnAddressOptions {
  readonly sip: Pick<SipEndpoint, 'contactAddress'>
  readonly domains: Domains
}

export function createNamesThisServer({ sip, domains }: OwnAddressOptions): NamesThisServer {
  return (uri, flow) => {
    const host = parseSipUri(uri)?.host ?? parsePresUri(uri)?.host
    if (host === undefined) return false
    const bare = host.replace(/^\[|\]$/g, '')
    if (domains.find(bare) || bare === flow.localAddress) return true
    return sip.contactAddress(flow).replace(/:\d+$/, '') === host
  }
}
