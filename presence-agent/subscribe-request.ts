/** What a SUBSCRIBE asks for, once it is known to be right. RFC 6665 §4.2.1.1, RFC 3856 §6. */
import { detachedText } from '../core/sip/octet-text.ts'
import { parseMediaType } from '../core/sip/media-type.ts'
import { findParameter } from '../core/sip/parameters.ts'
import type { SipMessage } from '../core/sip/sip-message.ts'
import { grantedDuration, type DurationBounds } from './duration.ts'
import type { EventPackage } from './event-package.ts'
import type { EventPackages } from './event-packages.ts'
import { notAcceptable, unsupportedMediaType } from './refusal.ts'

export interface SubscribeRequest {
  readonly eventPackage: EventPackage
  /** The Event header field as sent. */
  readonly event: string
  readonly accept: readonly string[]
  /** Seconds; 0: one NOTIFY and no more. */
  readonly duration: number
}

/** Throws the Refusal to answer: 489, 415, 406, 423 or 400. */
export function readSubscribe(
  message: SipMessage,
  packages: EventPackages,
  bounds: DurationBounds,
): SubscribeRequest {
  const { eventPackage } = packages.of(message)
  checkBody(message, eventPackage.contentType)
  const accept = acceptedTypes(message, eventPackage.contentType)
  const asked = message.header('expires')
  const duration = grantedDuration(asked, eventPackage.defaultDuration, bounds)
  return { eventPackage, event: detachedText(message.header('event') ?? ''), accept, duration }
}

/** A body that must be understood and is not, as a filter (RFC 4660): 415. RFC 3261 §8.2.3. */
function checkBody(message: SipMessage, contentType: string): void {
  const said = message.header('content-type')
  if (said === undefined || message.body.length === 0) return
  if (parseMediaType(said)?.type === contentType) return
  const handling = findParameter(message.header('content-disposition') ?? '', 'handling')
  if (handling?.toLowerCase() !== 'optional') throw unsupportedMediaType(contentType)
}

const ANYTHING: readonly string[] = []

/** Those of the acceptable types that we can give. Without Accept the package's own type counts. RFC 3856 §6.5. */
function acceptedTypes(message: SipMessage, contentType: string): readonly string[] {
  if (message.count('accept') === 0) return ANYTHING
  const ranges = message.values('accept').map((value) => parseMediaType(value)?.type)
  const [family] = contentType.split('/')
  const fits = (range: string | undefined) =>
    range === contentType || range === '*/*' || range === `${family}/*`
  // None of ours among them: 406. RFC 3261 §21.4.7
  if (!ranges.some(fits)) throw notAcceptable()
  return [contentType]
}
