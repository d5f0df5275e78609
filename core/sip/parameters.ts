/** Parameters behind a header field value: `;name=value;flag`. RFC 3261 §25.1 generic-param. */
import { unquote } from './quoted-string.ts'
import { findSeparator, splitOutsideQuotes } from './separators.ts'
import { isWhite, trimWhite } from './white-space.ts'

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

const EQUALS = 0x3d

/** One parameter of a value, found without parsing the others; undefined when it is not there. `name`: in lower case. */
export function findParameter(value: string, name: string): string | undefined {
  for (let start = findSeparator(value, ';', 0); start < value.length;) {
    const end = findSeparator(value, ';', start + 1)
    const behind = behindName(value, start + 1, end, name)
    if (behind >= 0) return behind >= end ? '' : unquote(trimWhite(value.slice(behind + 1, end)))
    start = end
  }
  return undefined
}

/** Where the equals sign stands, or the end, when the parameter from `start` to `end` has that name; else -1. */
function behindName(value: string, start: number, end: number, name: string): number {
  let at = start
  while (at < end && isWhite(value.charCodeAt(at))) at++
  if (end - at < name.length || !isSpelled(value, at, name)) return -1
  at += name.length
  while (at < end && isWhite(value.charCodeAt(at))) at++
  return at === end || value.charCodeAt(at) === EQUALS ? at : -1
}

function isSpelled(value: string, start: number, name: string): boolean {
  for (let at = 0; at < name.length; at++) {
    const code = value.charCodeAt(start + at)
    const isCapital = code >= 0x41 && code <= 0x5a
    if ((isCapital ? code | 0x20 : code) !== name.charCodeAt(at)) return false
  }
  return true
}
