/** The proxy that requests to addresses elsewhere go through. RFC 3261 §8.1.2. */
import { uriDestination } from '../core/sip/dialog.ts'
import type { Destination } from '../core/sip/sip-endpoint.ts'

export interface OutboundProxy {
  readonly destination: Destination
  /** Its URI, where it says `lr`: it wants to be named in a Route. */
  readonly route: string | undefined
}

/** Undefined: the URI leads nowhere. */
export function outboundProxy(uri: string): OutboundProxy | undefined {
  const destination = uriDestination(uri)
  return destination && { destination, route: /;lr(?=[;=?]|$)/i.test(uri) ? uri : undefined }
}
