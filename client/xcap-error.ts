/** A request that an XCAP server refused, and why. RFC 4825 §8, §11. */
import {
  parseXcapError,
  XCAP_ERROR_MEDIA_TYPE,
  type UniquenessConflict,
} from '../core/documents/xcap-error.ts'
import type { HttpAnswer } from './http-exchange.ts'
import { readDocument } from './xml-reader.ts'

export class XcapError extends Error {
  override readonly name = 'XcapError'
  readonly status: number
  /** The conflict's element name, as `constraint-failure`; only with 409. RFC 4825 §11. */
  readonly conflict: string | undefined
  /** What the server says to the person. */
  readonly phrase: string | undefined
  /** With `no-parent`: URL of what exists on the way to what was asked for. */
  readonly ancestor: string | undefined
  /** With `uniqueness-failure`: which values are taken, and which are free. */
  readonly taken: readonly UniquenessConflict[]
  readonly answer: HttpAnswer

  constructor(answer: HttpAnswer, conflict: Conflict) {
    super(messageOf(answer, conflict))
    this.status = answer.status
    this.conflict = conflict.conflict
    this.phrase = conflict.phrase
    this.ancestor = conflict.ancestor
    this.taken = conflict.taken ?? []
    this.answer = answer
  }
}

interface Conflict {
  readonly conflict?: string
  readonly phrase?: string | undefined
  readonly ancestor?: string | undefined
  readonly taken?: readonly UniquenessConflict[]
}

const NO_CONFLICT: Conflict = {}

const IN_WORDS: Partial<Record<number, string>> = {
  401: 'wrong user name or password',
  403: 'this account may not do that',
  404: 'there is no such document',
  412: 'the document was changed meanwhile',
  413: 'the document is too large for the server',
  415: 'the server does not take this type of document',
  503: 'the server cannot do it now',
  507: 'the server has no room left',
}

export function xcapErrorFrom(answer: HttpAnswer): XcapError {
  return new XcapError(answer, conflictOf(answer))
}

function conflictOf({ headers, body }: HttpAnswer): Conflict {
  if (!headers.get('content-type')?.toLowerCase().startsWith(XCAP_ERROR_MEDIA_TYPE))
    return NO_CONFLICT
  const { value } = {
    value: undefined,
    ...readDocument(new TextDecoder().decode(body), parseXcapError),
  }
  if (!value) return NO_CONFLICT
  return {
    conflict: value.name,
    phrase: value.phrase,
    ...(value.name === 'no-parent' && { ancestor: value.ancestor }),
    ...(value.name === 'uniqueness-failure' && { taken: value.exists }),
  }
}

function messageOf({ status, reason, url }: HttpAnswer, { conflict, phrase }: Conflict): string {
  const why = phrase ?? conflict ?? IN_WORDS[status]
  const answer = `${status} ${reason}`.trim()
  return why === undefined ? `${answer} <${url}>` : `${why} (${answer} <${url}>)`
}
