/** The proxy that requests to addresses elsewhere go through. RFC 3261 §8.1.2. */
import { uriDestination } from '../../core/sip/dialog.ts'
import type { Destination } from '../../core/sip/sip-endpoint.ts'
import { parseSipUri } from '../../core/uri/sip-uri.ts'

export interface OutboundProxy {
  readonly destination: Destination
  /** Its URI, where it says `lr`: it wants to be named in a Route. */
  readonly route: string | undefined
}

/** Undefined: no SIP URI, or it leads nowhere. */
export function parseOutboundProxy(uri: string): OutboundProxy | undefined {
  const destination = parseSipUri(uri) && uriDestination(uri)
  return destination && { destination, route: /;lr(?=[;=?]|$)/i.test(uri) ? uri : undefined }
}

export interface OutboundOptions {
  readonly proxy: OutboundProxy
  /** For where the proxy asks who we are. */
  readonly credentials?: { readonly username: string; readonly password: string } | undefined
}
