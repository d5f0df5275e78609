/** Header text is held as octets, one character each; this turns it into readable text, and frees it from its message. */

const utf8 = new TextDecoder('utf-8', { fatal: true })

/** The text that the octets mean in UTF-8; unchanged where they are something else. */
export function utf8Text(octets: string): string {
  if (!/[\x80-\xff]/.test(octets)) return octets
  try {
    return utf8.decode(Buffer.from(octets, 'latin1'))
  } catch {
    return octets
  }
}

/** A copy that does not pin the message it was cut from: V8 slices share the memory of the whole. */
export function detachedText(text: string): string {
  // Such short ones are copies already.
  if (text.length < 13) return text
  return Buffer.from(text, 'latin1').toString('latin1')
}

/** Guards the wire: a character beyond one octet would turn into another one, a line end perhaps. */
export function latin1Only(text: string): string {
  return /[^\x00-\xff]/.test(text) ? Buffer.from(text, 'utf8').toString('latin1') : text
}

declare const prepared: unique symbol
/** Header lines in one piece, octets only. */
export type PreparedHeaders = string & { readonly [prepared]: true }

/** Text that was put together is a tree of pieces to V8, and is made one each time it is written: here it is, once. */
export function preparedHeaders(lines: string): PreparedHeaders {
  return detachedText(latin1Only(lines)) as PreparedHeaders
}

/** Head and body as they go out. */
export function joinedOctets(head: string, body: Uint8Array | undefined): Buffer {
  const bytes = Buffer.from(head, 'latin1')
  return body ? Buffer.concat([bytes, body]) : bytes
}
