/** URIs that were escaped whole, delimiters and all: `sip%3Aalice%40example.com`. RFC 3986 §2.4. */

const ESCAPED_COLON = /^[a-z][a-z0-9+.-]*%3A[^:@]*$/i

/** The URI that was meant; one that is not escaped so is given back as it is. */
export function unescapeWhole(text: string): string {
  // DEVIATION: delimiters are not to be escaped; Blink escapes every URI in its documents so (sipsimple's AnyURI).
  if (!ESCAPED_COLON.test(text)) return text
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
