/** Scheme and parameters of Authorization and WWW-Authenticate. RFC 9110 §11, RFC 3261 §25.1. */

export interface Authentication {
  /** Lower case: `digest`, `basic`. */
  readonly scheme: string
  /** By lower-case name; values without their quotes, quoted pairs kept as sent. */
  readonly parameters: ReadonlyMap<string, string>
  /** What stands in place of parameters, as Basic has it. */
  readonly token68?: string
}

const LONGEST = 8192
const SEPARATORS = /[\s,]*/y
const PARAMETER = /([\w!#$%&'*+.^`|~-]+)\s*=\s*(?:"((?:[^"\\]|\\[^])*)"|([^\s,"]*(?=\s*(?:,|$))))/y
// DEVIATION: RFC 9110 §5.6.4 escapes quotes; curl and Blink's XCAP client (Python's urllib) send uri="…/list[@name="a"]" as it is.
const URI = /(uri)\s*=\s*"((?:[^"\\]|\\[^]|"(?![\s,]|$))*)"/iy
const SCHEME = /([\w!#$%&'*+.^`|~-]+)(?:\s+([\w.~+/-]+=*)(?=\s*(?:,|$)))?(?=\s|,|$)/y

/** Every scheme named in a field value, which may hold several. Undefined: not of this grammar, or far too long. */
export function parseAuthentications(fieldValue: string): Authentication[] | undefined {
  if (fieldValue.length > LONGEST) return undefined
  const found: Authentication[] = []
  let parameters = new Map<string, string>()
  let at = 0
  for (;;) {
    at += match(SEPARATORS, fieldValue, at)?.[0].length ?? 0
    if (at >= fieldValue.length) return found
    const parameter = found.length > 0 ? matchParameter(fieldValue, at) : null
    const next = parameter ?? match(SCHEME, fieldValue, at)
    if (!next) return undefined
    at += next[0].length
    if (parameter) {
      const name = (parameter[1] ?? '').toLowerCase()
      // A parameter may stand only once; two answers to one question are no answer.
      if (parameters.has(name)) return undefined
      parameters.set(name, parameter[2] ?? parameter[3] ?? '')
    } else {
      parameters = new Map()
      const scheme = (next[1] ?? '').toLowerCase()
      found.push({ scheme, parameters, ...(next[2] === undefined ? {} : { token68: next[2] }) })
    }
  }
}

/** The text that a quoted string stands for. */
export function unescapeQuoted(raw: string): string {
  return raw.includes('\\') ? raw.replace(/\\([^])/g, '$1') : raw
}

/** The text as it stands between quotes. */
export function escapeQuoted(text: string): string {
  return text.replace(/["\\]/g, '\\$&')
}

function matchParameter(text: string, at: number): RegExpExecArray | null {
  return match(URI, text, at) ?? match(PARAMETER, text, at)
}

function match(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at
  return pattern.exec(text)
}
