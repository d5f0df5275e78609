/** Telephone number URI: parse, write, compare. RFC 3966. */

export interface TelUri {
  /** `+` and digits for a global number; digits, `*`, `#` and A–F for a local one. No visual separators. */
  readonly number: string
  readonly global: boolean
  /** Says where a local number is valid: `+49` or a domain. */
  readonly phoneContext?: string
  readonly extension?: string
  readonly isdnSubaddress?: string
}

const SHAPE = /^tel:(\+?[0-9A-F*#().-]+)((?:;[^;\s]+)*)$/i
const VISUAL_SEPARATORS = /[-.()]/g
const LONGEST = 256

/** Undefined: not a tel URI, or a local number that does not say where it is valid. RFC 3966 §5.1.5. */
export function parseTelUri(text: string): TelUri | undefined {
  if (text.length > LONGEST) return undefined
  const parts = SHAPE.exec(text)
  if (!parts) return undefined
  const [, written = '', parameterText = ''] = parts
  // Visual separators are for human eyes only. RFC 3966 §5.1.1
  const number = written.replace(VISUAL_SEPARATORS, '').toUpperCase()
  const global = number.startsWith('+')
  if (!(global ? /^\+\d+$/ : /^[0-9A-F*#]+$/).test(number)) return undefined
  const parameters = parseParameters(parameterText)
  const context = parameters.get('phone-context')
  const phoneContext = context && canonicalContext(context)
  if (!global && !phoneContext) return undefined
  const extension = parameters.get('ext')?.replace(VISUAL_SEPARATORS, '')
  const isdnSubaddress = parameters.get('isub')
  return {
    number,
    global,
    ...(phoneContext && !global ? { phoneContext } : {}),
    ...(extension ? { extension } : {}),
    ...(isdnSubaddress ? { isdnSubaddress } : {}),
  }
}

// Parameters stand in this order: isub or ext first, then phone-context. RFC 3966 §3
export function serializeTelUri(uri: TelUri): string {
  const parameters = [
    uri.extension === undefined ? '' : `;ext=${uri.extension}`,
    uri.isdnSubaddress === undefined ? '' : `;isub=${uri.isdnSubaddress}`,
    uri.phoneContext === undefined ? '' : `;phone-context=${uri.phoneContext}`,
  ]
  return `tel:${uri.number}${parameters.join('')}`
}

/** Whether two URIs name the same telephone. RFC 3966 §4. */
export function sameTelUri(a: TelUri, b: TelUri): boolean {
  return serializeTelUri(a).toLowerCase() === serializeTelUri(b).toLowerCase()
}

function parseParameters(text: string): ReadonlyMap<string, string> {
  const parameters = new Map<string, string>()
  for (const piece of text.split(';')) {
    const equals = piece.indexOf('=')
    if (equals > 0) parameters.set(piece.slice(0, equals).toLowerCase(), piece.slice(equals + 1))
  }
  return parameters
}

function canonicalContext(context: string): string {
  return context.startsWith('+') ? context.replace(VISUAL_SEPARATORS, '') : context.toLowerCase()
}
