/** Parameters behind a header field value: `;name=value;flag`. RFC 3261 §25.1 generic-param. */
import { unquote } from './quoted-string.ts'
import { findSeparator, splitOutsideQuotes } from './separators.ts'
import { trimWhite } from './white-space.ts'

/** Names in lower case; a flag has the empty string; quoted values are unquoted. */
export type Parameters = ReadonlyMap<string, string>

const NONE: Parameters = new Map()

/** Parses `;a=1;b` with white space anywhere around the marks. Of two equal names the first counts. */
export function parseParameters(text: string): Parameters {
  if (text === '') return NONE
  const parameters = new Map<string, string>()
  for (const part of splitOutsideQuotes(text, ';')) {
    const equals = findSeparator(part, '=', 0)
    const name = trimWhite(part.slice(0, equals)).toLowerCase()
    if (!parameters.has(name)) parameters.set(name, unquote(trimWhite(part.slice(equals + 1))))
  }
  return parameters
}

const WHITE = /[ \t\r\n]/

/** One parameter of a value, found without parsing the others; undefined when it is not there. */
export function findParameter(value: string, name: string): string | undefined {
  for (let start = findSeparator(value, ';', 0); start < value.length;) {
    const end = findSeparator(value, ';', start + 1)
    const parameter = value.slice(start + 1, end)
    if (parameter.length >= name.length && isNamed(parameter, name)) {
      return unquote(trimWhite(parameter.slice(findSeparator(parameter, '=', 0) + 1)))
    }
    start = end
  }
  return undefined
}

function isNamed(parameter: string, name: string): boolean {
  const rest = parameter.charCodeAt(name.length)
  const delimited = rest === 0x3d || Number.isNaN(rest)
  if (delimited && parameter.startsWith(name)) return true
  if (delimited && !WHITE.test(parameter)) {
    return parameter.slice(0, name.length).toLowerCase() === name
  }
  return trimWhite(parameter.slice(0, findSeparator(parameter, '=', 0))).toLowerCase() === name
}
