/** Replies to writes: the document's tag, and no content (RFC 4825 §8.2.7); never 204, which Jitsi does not take. */
import type { EntityTag } from '../core/model/entity-tag.ts'
import type { Allowance, WriteOutcome } from '../core/model/stores.ts'
import { etagField } from './entity-tag-fields.ts'
import { NotFound, PreconditionFailed } from './http-errors.ts'
import { bannedImage, heldReply } from './moderation-replies.ts'
import { noRoom } from './no-room.ts'
import { emptyReply, type Reply } from './reply.ts'

export interface WriteContext {
  readonly mediaType: string
  readonly allowance: Allowance
  /** Absolute URL of the XCAP root. */
  readonly rootUrl: string
}

/** What the store made of a write of a whole document; throws what stood in its way. */
export function documentReply(
  outcome: WriteOutcome,
  { mediaType, allowance, rootUrl }: WriteContext,
): Reply {
  switch (outcome.outcome) {
    case 'created':
      return storedReply(201, mediaType, outcome.tag)
    case 'replaced':
      return storedReply(200, mediaType, outcome.tag)
    case 'deleted':
      // A document that is gone has no tag. RFC 4825 §8.4
      return emptyReply(200, { 'Content-Type': mediaType })
    case 'absent':
      throw new NotFound()
    case 'precondition-failed':
      throw otherVersion(outcome.current)
    case 'no-room':
      throw noRoom(outcome, allowance)
    case 'banned':
      throw bannedImage()
    case 'held':
      return heldReply(outcome, rootUrl)
  }
}

export function storedReply(status: 200 | 201, mediaType: string, tag: EntityTag): Reply {
  return emptyReply(status, { 'Content-Type': mediaType, ETag: etagField(tag) })
}

/** `current`: the tag of the version that is there. */
export function otherVersion(current: EntityTag | undefined): PreconditionFailed {
  return new PreconditionFailed({
    phrase: 'The document is another version.',
    headers: current === undefined ? {} : { ETag: etagField(current) },
  })
}
