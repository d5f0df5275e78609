/** An address in From, To, Contact, Route: `"Name" <uri>;params` or a bare `uri;params`. RFC 3261 §20.10, §25.1. */
import { parseParameters, type Parameters } from './parameters.ts'
import { endOfQuotedString, unquote } from './quoted-string.ts'
import { utf8Text } from './octet-text.ts'
import { trimWhite } from './white-space.ts'

export interface NameAddr {
  readonly displayName?: string
  /** As written, without angle brackets. */
  readonly uri: string
  readonly parameters: Parameters
}

/** Undefined when the text is no address: an unclosed quote or bracket, or nothing. */
export function parseNameAddr(text: string): NameAddr | undefined {
  const value = trimWhite(text)
  const afterName = value.startsWith('"') ? endOfQuotedString(value, 0) : 0
  if (afterName < 0) return undefined
  const open = value.indexOf('<', afterName)
  if (open < 0) return afterName === 0 ? parseAddrSpec(value) : undefined
  const close = value.indexOf('>', open)
  if (close < 0) return undefined
  const displayName = utf8Text(unquote(trimWhite(value.slice(0, open))))
  const uri = trimWhite(value.slice(open + 1, close))
  if (uri === '') return undefined
  const parameters = parseParameters(value.slice(close + 1))
  return displayName === '' ? { uri, parameters } : { displayName, uri, parameters }
}

/** Without brackets, what follows the first `;` belongs to the header field, not to the URI. RFC 3261 §20. */
function parseAddrSpec(value: string): NameAddr | undefined {
  const semicolon = value.indexOf(';')
  const uri = trimWhite(semicolon < 0 ? value : value.slice(0, semicolon))
  if (uri === '') return undefined
  return { uri, parameters: parseParameters(semicolon < 0 ? '' : value.slice(semicolon)) }
}
