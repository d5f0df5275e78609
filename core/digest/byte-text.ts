/** Text as header fields carry it: one character per byte, in which other than ASCII is UTF-8. RFC 7616 §4. */

/** The UTF-8 bytes of the text, a character each. */
export function toByteText(text: string): string {
  if (!/[^\x00-\x7f]/.test(text)) return text
  let bytes = ''
  for (const byte of new TextEncoder().encode(text)) bytes += String.fromCharCode(byte)
  return bytes
}

/** What the bytes say in UTF-8; the bytes as Latin-1 when they are not UTF-8. */
export function fromByteText(byteText: string): string {
  if (!/[^\x00-\x7f]/.test(byteText)) return byteText
  const bytes = Uint8Array.from(byteText, (character) => character.charCodeAt(0))
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return byteText
  }
}
