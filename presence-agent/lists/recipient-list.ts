/** Recipient list: a SUBSCRIBE that brings the list itself. RFC 5367 §3, §5; RFC 5363 §4. */
import { RESOURCE_LISTS_MEDIA_TYPE } from '../../core/documents/resource-lists.ts'
import type { SubscribeContent } from '../../core/model/event-state.ts'
import { parseMediaType } from '../../core/sip/media-type.ts'
import { readMultipart } from '../../core/sip/multipart.ts'
import type { SipMessage } from '../../core/sip/sip-message.ts'
import { RECIPIENT_LIST_SUBSCRIBE } from '../option-tags.ts'
import { badRequest, unsupportedMediaType } from '../refusal.ts'

/** The list by itself, or as a part among others. */
export const RECIPIENT_LIST_TYPES: readonly string[] = [
  ...[RESOURCE_LISTS_MEDIA_TYPE, 'multipart/mixed', 'multipart/related'],
]

/** Whether it says so itself; xcap-diff knows bodies of the same type that mean something else (RFC 5875 §4.4). */
export function requiresRecipientList(message: SipMessage): boolean {
  return (
    message.count('require') > 0 && message.values('require').includes(RECIPIENT_LIST_SUBSCRIBE)
  )
}

export function bringsList(message: SipMessage): boolean {
  if (message.body.length === 0) return false
  const type = parseMediaType(message.header('content-type') ?? '')?.type
  return type !== undefined && RECIPIENT_LIST_TYPES.includes(type)
}

/** Where a body has several parts, the one that is a list. Throws the Refusal to answer: 400 or 415. */
export function listWithin(message: SipMessage, content: SubscribeContent): SubscribeContent {
  if (!content.contentType.startsWith('multipart/')) return content
  const boundary = parseMediaType(message.header('content-type') ?? '')?.parameters.get('boundary')
  const parts = readMultipart(Buffer.from(content.text), boundary ?? '')
  if (!parts) throw badRequest('Malformed Multipart Body')
  const list = parts.find(
    (part) => parseMediaType(part.header('content-type') ?? '')?.type === RESOURCE_LISTS_MEDIA_TYPE,
  )
  if (!list) throw unsupportedMediaType(RESOURCE_LISTS_MEDIA_TYPE)
  return { contentType: RESOURCE_LISTS_MEDIA_TYPE, text: list.content.toString() }
}
