/** Entity tags in HTTP header fields. RFC 9110 §8.8.3, §13.1. */
import type { IncomingHttpHeaders } from 'node:http'
import { entityTag, type EntityTag } from '../core/model/entity-tag.ts'
import type { Preconditions } from '../core/model/preconditions.ts'

/** A document's other representation carries the document's tag with this behind it. */
export type TagSuffix = '' | '-xml' | '-img'

const SUFFIX = /-(?:xml|img)$/

export function etagField(tag: EntityTag, suffix: TagSuffix = ''): string {
  return `"${tag}${suffix}"`
}

/** The document's own tag, whichever of its representations the field value names. */
export function documentTag(etag: string): EntityTag {
  return entityTag(etag.replaceAll('"', '').replace(SUFFIX, ''))
}

interface NamedTag {
  readonly weak: boolean
  readonly tag: string
}

// DEVIATION: a tag without its quotes is taken too: Blink sends If-None-Match so.
const TAG = /\s*(?:(W\/)?"([^"]*)"|([^\s",]+))\s*(?:,|$)/gy

/** The conditions of a write: a tag of either representation names the document's version. */
export function writeConditions(headers: IncomingHttpHeaders): Preconditions {
  const ifMatch = headers['if-match']
  const ifNoneMatch = headers['if-none-match']
  return {
    // If-Match compares strongly: a weak tag matches nothing. RFC 9110 §13.1.1
    ...(ifMatch !== undefined && { ifMatch: documentTags(ifMatch, ({ weak }) => !weak) }),
    ...(ifNoneMatch !== undefined && { ifNoneMatch: documentTags(ifNoneMatch, () => true) }),
  }
}

export type ReadOutcome = 'send' | 'not-modified' | 'precondition-failed'

/** What the conditions make of a read of a representation whose tag, in quotes, is `etag`. RFC 9110 §13.2.2. */
export function readOutcome(headers: IncomingHttpHeaders, etag: string): ReadOutcome {
  const ifMatch = headers['if-match']
  if (ifMatch !== undefined && !matches(ifMatch, etag, true)) return 'precondition-failed'
  const ifNoneMatch = headers['if-none-match']
  if (ifNoneMatch === undefined) return 'send'
  return ifNoneMatch === etag || matches(ifNoneMatch, etag, false) ? 'not-modified' : 'send'
}

function matches(field: string, etag: string, strongly: boolean): boolean {
  if (field.trim() === '*') return true
  return parseTags(field).some(({ weak, tag }) => `"${tag}"` === etag && !(strongly && weak))
}

function documentTags(field: string, take: (tag: NamedTag) => boolean): '*' | EntityTag[] {
  if (field.trim() === '*') return '*'
  return parseTags(field)
    .filter(take)
    .map(({ tag }) => documentTag(tag))
}

/** What cannot be read names no version. */
function parseTags(field: string): NamedTag[] {
  const tags: NamedTag[] = []
  TAG.lastIndex = 0
  for (let found = TAG.exec(field); found; found = TAG.exec(field)) {
    tags.push({ weak: found[1] !== undefined, tag: found[2] ?? found[3] ?? '' })
    if (TAG.lastIndex >= field.length) break
  }
  return tags
}
