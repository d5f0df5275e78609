/** Quoted strings: read, written, and skipped over. RFC 3261 §25.1. */

const QUOTE = 0x22
const BACKSLASH = 0x5c

/** Index behind the closing quote of the string that opens at `start`, or -1 when it never closes. */
export function endOfQuotedString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === BACKSLASH) at++
    else if (code === QUOTE) return at + 1
  }
  return -1
}

/** What a quoted string means; any other text is itself. */
export function unquote(text: string): string {
  if (text.length < 2 || text.charCodeAt(0) !== QUOTE || !text.endsWith('"')) return text
  const inner = text.slice(1, -1)
  return inner.includes('\\') ? inner.replace(/\\([^])/g, '$1') : inner
}

export function quote(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&')}"`
}
