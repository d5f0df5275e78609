/** Percent-escapes in one canonical spelling per URI component. RFC 3261 §19.1.2, §19.1.4. */

/** Which characters may stand in a component as they are, and which escapes say no more than their character. */
export interface EscapeRules {
  /** One character that stands unescaped. */
  readonly plain: RegExp
  /** One character whose escape is turned back into it. */
  readonly decoded: RegExp
}

const UNRESERVED = /[A-Za-z0-9\-_.!~*'()]/

/** Escapes of reserved characters keep their meaning: `%3B` is not `;`. RFC 3261 §19.1.4. */
export const USER_RULES: EscapeRules = {
  plain: /[A-Za-z0-9\-_.!~*'()&=+$,;?/]/,
  decoded: UNRESERVED,
}
/** A registrar turns every escape into its character where that can stand. RFC 3261 §10.3 step 5. */
export const AOR_USER_RULES: EscapeRules = { plain: USER_RULES.plain, decoded: USER_RULES.plain }
export const PASSWORD_RULES: EscapeRules = {
  plain: /[A-Za-z0-9\-_.!~*'()&=+$,]/,
  decoded: UNRESERVED,
}
export const PARAMETER_RULES: EscapeRules = {
  plain: /[A-Za-z0-9\-_.!~*'()[\]/:&+$]/,
  decoded: UNRESERVED,
}
export const HEADER_RULES: EscapeRules = {
  plain: /[A-Za-z0-9\-_.!~*'()[\]/?:+$]/,
  decoded: UNRESERVED,
}

const NEEDS_NO_WORK = /^[A-Za-z0-9\-_.!~*'()]*$/
const BROKEN_ESCAPE = /%(?![0-9A-Fa-f]{2})/
const ESCAPE_OR_CHARACTER = /%[0-9A-Fa-f]{2}|[^%]/gu

/** Undefined: an escape is cut short, or half a character stands alone. */
export function normalizeEscapes(text: string, rules: EscapeRules): string | undefined {
  if (NEEDS_NO_WORK.test(text)) return text
  if (BROKEN_ESCAPE.test(text) || /\p{Surrogate}/u.test(text)) return undefined
  return text.replace(ESCAPE_OR_CHARACTER, (piece) => {
    if (!piece.startsWith('%')) return rules.plain.test(piece) ? piece : escape(piece)
    const character = String.fromCharCode(parseInt(piece.slice(1), 16))
    return rules.decoded.test(character) ? character : piece.toUpperCase()
  })
}

function escape(character: string): string {
  // encodeURIComponent leaves only unreserved characters alone, and those are plain everywhere.
  return encodeURIComponent(character)
}
