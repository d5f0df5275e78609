/** The body of a PUBLISH, for those who have their own SIP stack. RFC 3863, RFC 4480, RFC 4482. */
import { pidfFor, type PublishedPresence } from './presence-document.ts'

export interface WrittenPresence extends PublishedPresence {
  /** One's own address, such as `sip:alice@example.com`. */
  readonly presentity: string
  /** Differs between the clients of one person; begins with a letter. RFC 3863 §4.1.2. */
  readonly id: string
}

/** A PIDF document: of the type `application/pidf+xml`. */
export function writePresence({ presentity, id, ...presence }: WrittenPresence): string {
  return pidfFor({ ...presence, entity: presentity, tupleId: id })
}
