/** The contacts of a REGISTER. RFC 3261 §10.2, §20.10. */
import { parseDeltaSeconds } from '../../core/sip/delta-seconds.ts'
import { parseNameAddr, type NameAddr } from '../../core/sip/name-addr.ts'
import { detachedText } from '../../core/sip/octet-text.ts'
import type { SipMessage } from '../../core/sip/sip-message.ts'
import { grantedDuration, type DurationBounds } from '../duration.ts'
import { badRequest, messageTooLarge } from '../refusal.ts'

export interface RegisteredContact {
  readonly uri: string
  /** `;name=value…`: the parameters besides `expires`. */
  readonly parameters: string
  /** Seconds; 0 removes the binding. */
  readonly duration: number
}

const DEFAULT_DURATION = 3600
const LONGEST_CONTACT = 2_048
const LONGEST_CALL_ID = 2_048

/** `all`: every binding is to be removed. An empty list asks what there is. */
export function readRegister(
  message: SipMessage,
  bounds: DurationBounds,
): 'all' | readonly RegisteredContact[] {
  // It is kept with every binding.
  if (message.callId.length > LONGEST_CALL_ID) throw messageTooLarge()
  const values = message.values('contact')
  const expires = message.header('expires')
  if (values.includes('*')) {
    // `*` stands alone, and only to remove everything. RFC 3261 §10.3 step 6
    if (values.length > 1 || !/^0+$/.test(expires ?? '')) throw badRequest('Contact * Out Of Place')
    return 'all'
  }
  // Of a contact named twice the last counts.
  const contacts = new Map<string, RegisteredContact>()
  for (const value of values) {
    const contact = readContact(value, expires, bounds)
    contacts.set(contact.uri, contact)
  }
  return [...contacts.values()]
}

function readContact(
  value: string,
  expires: string | undefined,
  bounds: DurationBounds,
): RegisteredContact {
  const contact = value.length > LONGEST_CONTACT ? undefined : parseNameAddr(value)
  if (!contact) throw badRequest('Malformed Contact')
  // The contact's own expires goes before the header field. RFC 3261 §10.3 step 6
  const own = contact.parameters.get('expires')
  const asked = own === undefined ? expires : ownDuration(own)
  return {
    uri: detachedText(contact.uri),
    parameters: otherParameters(contact),
    duration: grantedDuration(asked, DEFAULT_DURATION, bounds),
  }
}

/** Malformed values of the parameter count as an hour. RFC 3261 §10.2.1.1, §20.10. */
function ownDuration(value: string): string {
  return parseDeltaSeconds(value) === undefined ? String(DEFAULT_DURATION) : value
}

const TOKEN = /^[\w!%*+'`~.-]+$/

function otherParameters({ parameters }: NameAddr): string {
  let text = ''
  for (const [name, value] of parameters) {
    if (name === 'expires') continue
    if (value === '') text += `;${name}`
    else if (TOKEN.test(value)) text += `;${name}=${value}`
    else text += `;${name}="${value.replace(/[\\"]/g, '\\$&')}"`
  }
  return detachedText(text)
}
