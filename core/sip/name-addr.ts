/** An address in From, To, Contact, Route: `"Name" <uri>;params` or a bare `uri;params`. RFC 3261 §20.10, §25.1. */
import { parseParameters, type Parameters } from './parameters.ts'
import { endOfQuotedString, unquote } from './quoted-string.ts'
import { utf8Text } from './octet-text.ts'
import { trimWhite } from './white-space.ts'

/** A class: there are several in every message, and few are asked for their parameters. */
export class NameAddr {
  readonly displayName: string | undefined
  /** As written, without angle brackets. */
  readonly uri: string
  readonly #parameters: string

  /** `parameters`: with the semicolon before them. */
  constructor(displayName: string | undefined, uri: string, parameters: string) {
    this.displayName = displayName
    this.uri = uri
    this.#parameters = parameters
  }

  get parameters(): Parameters {
    return parseParameters(this.#parameters)
  }
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
  const displayName = open === 0 ? '' : utf8Text(unquote(trimWhite(value.slice(0, open))))
  const uri = trimWhite(value.slice(open + 1, close))
  if (uri === '') return undefined
  return new NameAddr(displayName === '' ? undefined : displayName, uri, value.slice(close + 1))
}

/** Without brackets, what follows the first `;` belongs to the header field, not to the URI. RFC 3261 §20. */
function parseAddrSpec(value: string): NameAddr | undefined {
  const semicolon = value.indexOf(';')
  const uri = trimWhite(semicolon < 0 ? value : value.slice(0, semicolon))
  if (uri === '') return undefined
  return new NameAddr(undefined, uri, semicolon < 0 ? '' : value.slice(semicolon))
}
