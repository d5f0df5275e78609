/** What is said to the owner of an image that nobody may store, or that waits for approval. RFC 4825 §11, RFC 9110 §15.3.3. */
import { HELD_ICON } from '../core/model/document-id.ts'
import type { WriteOutcome } from '../core/model/stores.ts'
import { buildXcapUri } from '../core/uri/xcap-uri.ts'
import { ConstraintFailure } from './conflicts.ts'
import { etagField } from './entity-tag-fields.ts'
import { textReply, type Reply } from './reply.ts'

const BANNED = 'This image may not be used here.'
const WAITS = 'The icon waits for an administrator; others see it when it is approved.'

export function bannedImage(): ConstraintFailure {
  return new ConstraintFailure(BANNED)
}

/**
 * DEVIATION: RFC 4825 §8.2.5 knows 201 and 200, which would say that a GET gives it now. 202 is a success to every client, and
 * Location says where its owner sees it meanwhile.
 */
export function heldReply(
  { id, tag }: Extract<WriteOutcome, { outcome: 'held' }>,
  rootUrl: string,
): Reply {
  const uri = buildXcapUri({ auid: HELD_ICON, xui: id.tree, path: id.path.split('/') })
  return textReply(202, WAITS, { Location: rootUrl + uri, ETag: etagField(tag) })
}
