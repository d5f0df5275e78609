/** Presence out of the body of a NOTIFY, for those who have their own SIP stack. RFC 3863, RFC 4662 §5. */
import { PIDF_MEDIA_TYPE } from '../core/documents/pidf.ts'
import { createListReader } from './list-notifications.ts'
import { mediaTypeOf, MULTIPART_RELATED } from './multipart-related.ts'
import { documentIn, presenceIn } from './presence-document.ts'
import { textOfContent, type NotifyContent } from './notify-content.ts'
import type { Presence, SubscriptionStatus } from './presence.ts'

/** `icon.url` is what to show. */
export interface ReadPresence extends Presence {
  /** As the document has it, such as `sip:alice@example.com`. */
  readonly presentity: string
  /** What the list calls her; only from a list. */
  readonly name?: string
  /** How the list's own subscription to her stands; only from a list. */
  readonly subscription?: SubscriptionStatus
  /** Why that ended. RFC 6665 §4.1.3. */
  readonly reason?: string
}

/**
 * One of a person's own document; of a list as many as it tells of, those that did not change being left out by the server.
 * None where the body is no presence. Never throws.
 * @param contentType with its parameters, as the header field has it; PIDF when there is none
 */
export function readPresence(
  body: NotifyContent,
  contentType?: string | null,
): readonly ReadPresence[] {
  const text = textOfContent(body)
  const field = contentType ?? PIDF_MEDIA_TYPE
  const type = mediaTypeOf(field)
  if (type === MULTIPART_RELATED) return createListReader().read({ type: field, text }).members
  const document = type === PIDF_MEDIA_TYPE ? documentIn(text) : undefined
  return document ? [{ presentity: document.entity, ...presenceIn(document) }] : []
}
