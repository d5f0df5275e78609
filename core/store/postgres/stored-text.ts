/** Any text as the database can hold it: its columns of text know no NUL, which a percent-encoded name can bring. */

/** Equal texts stay equal, different ones different. `json` columns need none of this. */
export function storedText(text: string): string {
  return text.includes('\0') || text.includes('\x01')
    ? text.replaceAll('\x01', '\x01\x02').replaceAll('\0', '\x01\x01')
    : text
}

export function originalText(stored: string): string {
  return stored.includes('\x01')
    ? stored.replaceAll('\x01\x01', '\0').replaceAll('\x01\x02', '\x01')
    : stored
}
