/** Finds separators of a header field value outside quoted strings and angle brackets. RFC 3261 §7.3.1, §25.1. */
import { endOfQuotedString } from './quoted-string.ts'
import { trimWhite } from './white-space.ts'

const QUOTE = 0x22
const LEFT_ANGLE = 0x3c

/** Index of the first `separator` at or after `from` that is not quoted, or the end of the text. */
export function findSeparator(text: string, separator: string, from: number): number {
  const wanted = separator.charCodeAt(0)
  for (let at = from; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === wanted) return at
    if (code !== QUOTE && code !== LEFT_ANGLE) continue
    const end = code === QUOTE ? endOfQuotedString(text, at) : text.indexOf('>', at) + 1
    if (end <= 0) return text.length
    at = end - 1
  }
  return text.length
}

/** The non-empty parts between separators, trimmed. */
export function splitOutsideQuotes(text: string, separator: string): string[] {
  const parts: string[] = []
  for (let start = 0; start <= text.length;) {
    const end = findSeparator(text, separator, start)
    const part = trimWhite(text.slice(start, end))
    if (part !== '') parts.push(part)
    start = end + 1
  }
  return parts
}
