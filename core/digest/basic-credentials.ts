/** Basic credentials: a password in clear, so only for connections that are encrypted. RFC 7617. */
import { parseAuthentications } from './authentication-parameters.ts'
import { fromByteText } from './byte-text.ts'

export interface BasicCredentials {
  readonly username: string
  readonly password: string
}

/** Undefined: no Basic credentials, or not well-formed. */
export function parseBasic(fieldValue: string): BasicCredentials | undefined {
  const [first, ...others] = parseAuthentications(fieldValue) ?? []
  if (first?.scheme !== 'basic' || first.token68 === undefined || others.length > 0)
    return undefined
  const text = decode(first.token68)
  const colon = text?.indexOf(':') ?? -1
  // The first colon ends the username; the password may hold more. RFC 7617 §2.
  if (text === undefined || colon < 0) return undefined
  return { username: text.slice(0, colon), password: text.slice(colon + 1) }
}

function decode(base64: string): string | undefined {
  try {
    return fromByteText(atob(base64))
  } catch {
    return undefined
  }
}
