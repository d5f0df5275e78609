/** The body of a request as text: its type, its coding, its bounds. RFC 3903 §6 step 5, RFC 3261 §8.2.3. */
import { inflateSync } from 'node:zlib'
import type { SubscribeContent } from '../core/model/event-state.ts'
import { parseMediaType } from '../core/sip/media-type.ts'
import type { SipMessage } from '../core/sip/sip-message.ts'
import {
  badRequest,
  bodyTooLarge,
  unsupportedContentEncoding,
  unsupportedMediaType,
} from './refusal.ts'

export const ACCEPTED_ENCODINGS = 'identity, deflate'

/** Undefined: there is none. `accepted`: media types; `limit`: of the decoded body, in bytes. */
export function messageContent(
  message: SipMessage,
  accepted: readonly string[],
  limit: number,
): SubscribeContent | undefined {
  if (message.body.length === 0) return undefined
  const contentType = parseMediaType(message.header('content-type') ?? '')?.type
  if (contentType === undefined || !accepted.includes(contentType)) {
    throw unsupportedMediaType(accepted.join(', '))
  }
  return { contentType, text: decodedText(message, limit) }
}

function decodedText(message: SipMessage, limit: number): string {
  const encoding = message.headers('content-encoding').join(',').toLowerCase()
  if (encoding === '' || encoding === 'identity') {
    if (message.body.length > limit) throw bodyTooLarge()
    return text(message.bodyText())
  }
  if (encoding !== 'deflate') throw unsupportedContentEncoding(ACCEPTED_ENCODINGS)
  return text(utf8(inflate(message.body, limit)))
}

function text(body: string | undefined): string {
  if (body === undefined) throw badRequest('Body Is Not UTF-8')
  return body
}

function utf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return undefined
  }
}

function inflate(body: Buffer, limit: number): Buffer {
  try {
    return inflateSync(body, { maxOutputLength: limit })
  } catch (error) {
    const tooLarge = error instanceof RangeError
    throw tooLarge ? bodyTooLarge() : badRequest('Body Is Not Deflated')
  }
}
