/** What a SUBSCRIBE asks for, once it is known to be right. RFC 6665 §4.2.1.1, RFC 3856 §6. */
import type { BodyEncoding, SubscribeContent } from '../core/model/event-state.ts'
import { dialogLength, type Dialog } from '../core/sip/dialog.ts'
import { detachedText } from '../core/sip/octet-text.ts'
import { parseMediaType } from '../core/sip/media-type.ts'
import { findParameter } from '../core/sip/parameters.ts'
import type { SipMessage } from '../core/sip/sip-message.ts'
import { grantedDuration } from './duration.ts'
import type { EventPackage } from './event-package.ts'
import { messageContent } from './message-content.ts'
import { readCondition } from './notify/notify-condition.ts'
import { listWithin } from './lists/recipient-list.ts'
import { messageTooLarge, notAcceptable, unsupportedMediaType } from './refusal.ts'
import type { SubscribeParts } from './subscribe-parts.ts'

export interface SubscribeRequest {
  readonly eventPackage: EventPackage
  /** The Event header field as sent. */
  readonly event: string
  readonly accept: readonly string[]
  /** Of a type that the package takes; absent: there is none. */
  readonly content: SubscribeContent | undefined
  readonly encoding: BodyEncoding | undefined
  /** What the watcher has already: an entity tag, or ANY_ENTITY. */
  readonly condition: string | undefined
  /** Seconds; 0: one NOTIFY and no more. */
  readonly duration: number
}

/** Throws the Refusal to answer: 489, 415, 413, 406, 423 or 400. */
export function readSubscribe(
  message: SipMessage,
  eventPackage: EventPackage,
  { durations, limits }: Pick<SubscribeParts, 'durations' | 'limits'>,
): SubscribeRequest {
  const content = readContent(message, eventPackage, limits.publishedBytes)
  const accept = acceptedTypes(message, eventPackage)
  const asked = message.header('expires')
  const duration = grantedDuration(asked, eventPackage.defaultDuration, durations)
  const event = detachedText(message.header('event') ?? '')
  const [encoding, condition] = [acceptedEncoding(message), readCondition(message)]
  return { eventPackage, event, accept, content, encoding, condition, duration }
}

/** Only what it names: a client that says nothing, or `*`, may be unable to read it. RFC 3261 §20.2. */
export function acceptedEncoding(message: SipMessage): BodyEncoding | undefined {
  if (message.count('accept-encoding') === 0) return undefined
  const accepts = message.values('accept-encoding').some((value) => DEFLATE.test(value))
  return accepts ? 'deflate' : undefined
}

const DEFLATE = /^deflate\s*(?!.*;\s*q\s*=\s*0(?:\.0*)?\s*(?:;|$))(?:;|$)/i

/** A body that must be understood and is not, as a filter (RFC 4660): 415. RFC 3261 §8.2.3. */
function readContent(
  message: SipMessage,
  eventPackage: EventPackage,
  limit: number,
): SubscribeContent | undefined {
  const said = message.header('content-type')
  if (said === undefined || message.body.length === 0) return undefined
  const type = parseMediaType(said)?.type
  const wanted = 'view' in eventPackage ? (eventPackage.subscribeContentTypes ?? []) : []
  if (type !== undefined && wanted.includes(type)) {
    const content = messageContent(message, wanted, limit)
    return content && listWithin(message, content)
  }
  const handling = findParameter(message.header('content-disposition') ?? '', 'handling')
  const mayIgnore = type === eventPackage.contentType || handling?.toLowerCase() === 'optional'
  if (!mayIgnore) throw unsupportedMediaType([...wanted, eventPackage.contentType].join(', '))
  return undefined
}

/** Octets that one subscription may make us keep, and repeat in every NOTIFY. */
const LONGEST_DIALOG = 4_096

export function checkLength(dialog: Dialog, event: string): void {
  if (dialogLength(dialog) + event.length > LONGEST_DIALOG) throw messageTooLarge()
}

const ANYTHING: readonly string[] = []

/** Those of the acceptable types that we can give, the preferred one first. Without Accept the package's own type counts. RFC 3856 §6.5. */
function acceptedTypes(message: SipMessage, eventPackage: EventPackage): readonly string[] {
  if (message.count('accept') === 0) return ANYTHING
  const { contentType } = eventPackage
  // As most write it.
  if (message.count('accept') === 1 && message.header('accept') === contentType) {
    return only(contentType)
  }
  const ranges = message.values('accept').map(acceptedRange)
  const [family] = contentType.split('/')
  const whole = qualityOf(ranges, [contentType, `${family}/*`, '*/*'])
  const form = 'partial' in eventPackage ? eventPackage.partial : undefined
  const partial = form && qualityOf(ranges, [form.contentType])
  // Who names both alike has a reason to name the second. RFC 5263 §4.3
  if (form && partial !== undefined && partial >= (whole ?? 0)) {
    return [form.contentType, contentType]
  }
  // None of ours among them: 406. RFC 3261 §21.4.7
  if (whole === undefined) throw notAcceptable()
  return only(contentType)
}

const ONLY = new Map<string, readonly string[]>()

/** One list for all who accept just this type of a package. */
function only(contentType: string): readonly string[] {
  const known = ONLY.get(contentType)
  if (known) return known
  const list = [contentType]
  ONLY.set(contentType, list)
  return list
}

interface AcceptedRange {
  readonly type: string | undefined
  /** From 0 to 1. RFC 3261 §20.1 */
  readonly quality: number
}

function acceptedRange(value: string): AcceptedRange {
  const range = parseMediaType(value)
  const quality = Number(range?.parameters.get('q') ?? 1)
  return { type: range?.type, quality: Number.isFinite(quality) ? quality : 1 }
}

/** Of the first of the types that is among the ranges; undefined: it must not be sent. */
function qualityOf(ranges: readonly AcceptedRange[], types: readonly string[]): number | undefined {
  for (const type of types) {
    const range = ranges.find((one) => one.type === type)
    // 0: not acceptable. RFC 2616 §3.9
    if (range) return range.quality > 0 ? range.quality : undefined
  }
  return undefined
}
