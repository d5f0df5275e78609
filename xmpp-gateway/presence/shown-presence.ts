/** Shown presence: what a SIP user lets an XMPP contact see, of the document that the rules have made for him. RFC 8048 §6.3. */
import { parsePidf } from '../../core/documents/pidf.ts'
import { readDocument } from '../../core/documents/xml-reader.ts'
import type { Log } from '../../core/model/log.ts'
import { createLruCache } from '../../core/model/lru-cache.ts'
import type { Pair } from '../pair.ts'
import type { Availability } from './availability.ts'
import { presenceOfPidf } from './presence-of-pidf.ts'

/** Undefined: nothing can be said, and what was said before stands. */
export type ShownPresence = (pair: Pair) => Availability | undefined

const NOBODY_HOME: Availability = { isAvailable: false, statuses: [] }
/** All contacts with the same rights get the same document: it is read once for them. */
const KEPT_DOCUMENTS = 64

export function createShownPresence({ log }: { log: Log }): ShownPresence {
  const kept = createLruCache<string, { readonly presence: Availability | undefined }>({
    capacity: KEPT_DOCUMENTS,
  })

  function presenceIn(document: string): Availability | undefined {
    const known = kept.get(document)
    if (known) return known.presence
    const reading = readDocument(document, (root) => parsePidf(root))
    if (reading.error !== undefined) {
      log.warn({ ...reading }, 'a presence document for XMPP contacts cannot be read')
    }
    const presence = reading.error === undefined ? presenceOfPidf(reading.value) : undefined
    kept.set(document, { presence })
    return presence
  }

  return ({ record, standing }) => {
    if (record.from !== 'granted') return undefined
    // Whoever has not been decided about hears nothing. RFC 8048 §5.2.1
    if (standing === undefined || standing.state === 'pending') return undefined
    if (standing.state === 'terminated' || standing.handling === 'polite-block') return NOBODY_HOME
    // Nothing known is nobody at home. RFC 8048 §5.2.1
    return standing.document === undefined ? NOBODY_HOME : presenceIn(standing.document)
  }
}
