/** Capabilities: answers OPTIONS. RFC 3261 §11.2, RFC 3903 §7. */
import type { OutgoingResponse } from '../core/sip/sip-endpoint.ts'
import type { EventPackages } from './event-packages.ts'
import type { Methods } from './methods.ts'
import { ACCEPTED_ENCODINGS } from './message-content.ts'
import { SUBSCRIBE_EXTENSIONS } from './option-tags.ts'

export function capabilities(methods: Methods, packages: EventPackages): OutgoingResponse {
  const headers =
    `Allow: ${methods.allow}\r\n` +
    `Accept: ${packages.contentTypes}\r\n` +
    `Accept-Encoding: ${ACCEPTED_ENCODINGS}\r\n` +
    `Supported: ${SUBSCRIBE_EXTENSIONS.join(', ')}\r\n` +
    `Allow-Events: ${packages.names}\r\n`
  return { status: 200, headers }
}
