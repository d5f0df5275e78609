/** Presence stanzas about a pair's subscriptions. RFC 6121 §3, §4.3, RFC 8048 §5. */
import type { XmlElement } from '../../core/documents/xml-element.ts'
import { errorStanza } from '../error-stanza.ts'
import type { Pair } from '../pair.ts'
import type { StanzaError } from '../stanza-error.ts'
import { stanza } from '../stanza.ts'
import { userFullJid } from '../user-resource.ts'
import type { Told } from './subscription-table.ts'

type Addresses = Pick<Pair, 'userJid' | 'contactJid'>

/** Tells which of our stanzas an error answers. RFC 6121 §3.1.2 */
export const SUBSCRIBE_ID = 'subscribe'

export function subscriptionStanza(
  { userJid, contactJid }: Addresses,
  type: Exclude<Told, 'presence'>,
): XmlElement {
  // A client takes away a resource where its own unavailable says so; all else is said by bare JIDs. RFC 6121 §3.1.2, §3.3.3
  const from = type === 'unavailable' ? userFullJid(userJid) : userJid
  const id = type === 'subscribe' ? { id: SUBSCRIBE_ID } : {}
  return stanza('presence', { from, to: contactJid, type, ...id })
}

/** The contact's `subscribe` has failed, or what it was about is gone. RFC 6121 §3.1.3 */
export function subscriptionError(
  { userJid, contactJid }: Addresses,
  error: StanzaError,
): XmlElement | undefined {
  const asked = stanza('presence', { from: contactJid, to: userJid, type: 'subscribe' })
  return errorStanza(asked, error)
}
