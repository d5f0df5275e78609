/** The one resource of a SIP user in XMPP: all devices merged. RFC 8048 §6.3. */
import { fullJid, type BareJid } from './jid.ts'

const USER_RESOURCE = 'sip'

export function userFullJid(user: BareJid): string {
  return fullJid(user, USER_RESOURCE)
}
