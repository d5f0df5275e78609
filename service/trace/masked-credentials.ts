/** A message without what could be used to sign in: who reads a trace learns no password, and no answer to a challenge. RFC 7616 §5. */

/** With the lines that go on with it. RFC 3261 §7.3.1. */
const FIELD =
  /^((?:proxy-)?authorization|(?:www|proxy)-authenticate|(?:proxy-)?authentication-info)([ \t]*:)((?:[^\r\n]|\r?\n[ \t])*)/gim
const SECRET =
  /\b(response|rspauth|nonce|nextnonce|cnonce|opaque)([ \t]*=[ \t]*)("(?:[^"\\]|\\.)*"?|[^\s,"]*)/gi
const PLAIN = /^(\s*(?:basic|bearer)\s+).*/is

/** `octets`: a whole message. */
export function maskCredentials(octets: Uint8Array): Buffer {
  const whole = Buffer.from(octets)
  const end = whole.indexOf('\r\n\r\n')
  const headLength = end < 0 ? whole.length : end
  const head = whole.toString('latin1', 0, headLength)
  const masked = head.replace(FIELD, (_line, name: string, colon: string, value: string) => {
    return name + colon + value.replace(PLAIN, '$1masked').replace(SECRET, '$1$2"masked"')
  })
  return Buffer.concat([Buffer.from(masked, 'latin1'), whole.subarray(headLength)])
}
