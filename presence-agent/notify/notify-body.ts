/** What a NOTIFY carries: the entity, its tag, and the header fields about it. RFC 5839 §4, §6.1. */
import { hash } from 'node:crypto'
import { deflateSync } from 'node:zlib'
import type { BodyEncoding } from '../../core/model/event-state.ts'
import { detachedText, preparedHeaders, type PreparedHeaders } from '../../core/sip/octet-text.ts'

export interface NotifyBody {
  readonly bytes: Buffer
  readonly contentType: string
  readonly entityTag: string
  /** Header lines, each ended by CRLF. */
  readonly fields: PreparedHeaders
  /** The same, made smaller; made when it is first needed. */
  deflated: NotifyBody | undefined
  /** The bytes as text; made when it is first needed. */
  text: string | undefined
}

/** Without `entityTag` the tag comes of the content: it is the same after a restart, and never that of other content. */
export function notifyBody(
  text: string,
  contentType: string,
  entityTag = contentTag(text, contentType),
): NotifyBody {
  const fields = `Content-Type: ${contentType}\r\n${tagField(entityTag)}`
  return newBody(Buffer.from(text), contentType, entityTag, fields)
}

/** One string for all who are told without a NOTIFY. */
export function textOf(body: NotifyBody): string {
  return (body.text ??= body.bytes.toString())
}

const NOTHING = Buffer.alloc(0)

/** For a watcher who has the entity already. RFC 5839 §6.2. */
export function suppressedBody(entityTag: string): NotifyBody {
  return newBody(NOTHING, '', entityTag, tagField(entityTag))
}

/** Octets that would not become fewer, or not by enough. */
const SMALL = 300

/** In a coding that the watcher accepts: made once, for all who do. RFC 3261 §20.12, RFC 1950. */
export function encoded(
  body: NotifyBody,
  encoding: BodyEncoding | undefined,
  // The coding is a part of the entity. RFC 5839 §4
  mark = '.deflate',
): NotifyBody {
  if (encoding === undefined || body.bytes.length <= SMALL) return body
  return (body.deflated ??= deflated(body, body.entityTag + mark))
}

function deflated({ bytes, contentType }: NotifyBody, entityTag: string): NotifyBody {
  const fields = `Content-Type: ${contentType}\r\nContent-Encoding: deflate\r\n${tagField(entityTag)}`
  return newBody(deflateSync(bytes), contentType, entityTag, fields)
}

function newBody(
  bytes: Buffer,
  contentType: string,
  entityTag: string,
  fields: string,
): NotifyBody {
  const prepared = preparedHeaders(fields)
  return { bytes, contentType, entityTag, fields: prepared, deflated: undefined, text: undefined }
}

function tagField(entityTag: string): string {
  return `SIP-ETag: ${entityTag}\r\n`
}

/** 132 bits. */
const TAG_LENGTH = 22

function contentTag(text: string, contentType: string): string {
  // Every watcher keeps the tag that it was told: the text by itself, not a piece of a longer one.
  return detachedText(hash('sha256', `${contentType}\n${text}`, 'base64url').slice(0, TAG_LENGTH))
}
