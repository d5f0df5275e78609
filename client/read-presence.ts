/** Presence out of the body of a NOTIFY, for those who have their own SIP stack. RFC 3863, RFC 4662 §5. */
import { PIDF_MEDIA_TYPE } from '../core/documents/pidf.ts'
import { createListReader } from './list-notifications.ts'
import { mediaTypeOf, MULTIPART_RELATED } from './multipart-related.ts'
import { documentIn, presenceIn } from './presence-document.ts'
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
 * @param contentType with its parameters, as the header field has it
 */
export function readPresence(
  body: string | Uint8Array,
  contentType: string = PIDF_MEDIA_TYPE,
): readonly ReadPresence[] {
  const text = typeof body === 'string' ? body : new TextDecoder().decode(body)
  const type = mediaTypeOf(contentType)
  if (type === MULTIPART_RELATED)
    return createListReader().read({ type: contentType, text }).members
  const document = type === PIDF_MEDIA_TYPE ? documentIn(text) : undefined
  return document ? [{ presentity: document.entity, ...presenceIn(document) }] : []
}
