/** SIP and SIPS URI: parse, write, compare. RFC 3261 §19.1. */
import {
  HEADER_RULES,
  normalizeEscapes,
  PARAMETER_RULES,
  PASSWORD_RULES,
  USER_RULES,
  type EscapeRules,
} from './escapes.ts'
import { canonicalHost } from './host.ts'

/** Every component stands in its canonical spelling: escaped where needed and only there. */
export interface SipUri {
  readonly scheme: 'sip' | 'sips'
  readonly user?: string
  readonly password?: string
  /** Lower case; IPv6 in brackets. */
  readonly host: string
  readonly port?: number
  readonly parameters: readonly UriParameter[]
  readonly headers: readonly UriHeader[]
}

interface UriParameter {
  /** Lower case. */
  readonly name: string
  /** Absent: a parameter without `=`, as `lr`. */
  readonly value?: string
}

interface UriHeader {
  /** Lower case. */
  readonly name: string
  readonly value: string
}

const LONGEST = 4096
/** Scheme, user, password, host, port, parameters, headers. */
const SHAPE =
  /^(sips?):(?:([^@:]+)(?::([^@]*))?@)?(\[[^\]@]*\]|[^@:;?[\]]+)(?::(\d{1,5}))?(?:;([^@?]*))?(?:\?([^@]*))?$/i
// Spaces, controls and delimiters never stand unescaped in a URI. RFC 3261 §19.1.2
const FORBIDDEN = /[\x00-\x20\x7f<>"\\^`{|}]/

/** Undefined: not a SIP or SIPS URI, or longer than 4096 characters. */
export function parseSipUri(text: string): SipUri | undefined {
  if (text.length > LONGEST || FORBIDDEN.test(text)) return undefined
  const parts = SHAPE.exec(text)
  if (!parts) return undefined
  const [, scheme = '', user, password, hostText = '', portText, parameterText, headerText] = parts
  const host = canonicalHost(hostText)
  const port = portText === undefined ? undefined : Number(portText)
  const parameters = parsePairs(parameterText, ';', PARAMETER_RULES)
  const headers = parsePairs(headerText, '&', HEADER_RULES)
  if (host === undefined || !parameters || !headers || (port ?? 0) > 65535) return undefined
  const userinfo = parseUserinfo(user, password)
  if (!userinfo) return undefined
  return {
    scheme: scheme.toLowerCase() as SipUri['scheme'],
    ...userinfo,
    host,
    ...(port === undefined ? {} : { port }),
    parameters,
    headers: headers.map(({ name, value }) => ({ name, value: value ?? '' })),
  }
}

export function serializeSipUri(uri: SipUri): string {
  const password = uri.password === undefined ? '' : `:${uri.password}`
  const userinfo = uri.user === undefined ? '' : `${uri.user}${password}@`
  const port = uri.port === undefined ? '' : `:${uri.port}`
  const parameters = uri.parameters.map(({ name, value }) =>
    value === undefined ? `;${name}` : `;${name}=${value}`,
  )
  const headers = uri.headers.map(({ name, value }) => `${name}=${value}`)
  const query = headers.length === 0 ? '' : `?${headers.join('&')}`
  return `${uri.scheme}:${userinfo}${uri.host}${port}${parameters.join('')}${query}`
}

/** The first parameter of this (lower-case) name; its value is empty when it has none. */
export function uriParameter(uri: SipUri, name: string): string | undefined {
  const found = uri.parameters.find((parameter) => parameter.name === name)
  return found && (found.value ?? '')
}

/** Whether two URIs are equivalent. RFC 3261 §19.1.4. */
export function sameSipUri(a: SipUri, b: SipUri): boolean {
  return (
    a.scheme === b.scheme &&
    // Userinfo is case-sensitive, and a missing part matches no present one.
    a.user === b.user &&
    a.password === b.password &&
    a.host === b.host &&
    a.port === b.port &&
    sameParameters(a, b) &&
    sameHeaders(a.headers, b.headers)
  )
}

// These never match a URI that omits them, even with their default value. RFC 3261 §19.1.4
const NEVER_IGNORED = ['user', 'ttl', 'method', 'maddr', 'transport']

function sameParameters(a: SipUri, b: SipUri): boolean {
  for (const name of NEVER_IGNORED) {
    if ((uriParameter(a, name) === undefined) !== (uriParameter(b, name) === undefined))
      return false
  }
  return a.parameters.every(({ name, value = '' }) => {
    const other = uriParameter(b, name)
    return other === undefined || other.toLowerCase() === value.toLowerCase()
  })
}

// Header components are never ignored; their order does not matter. RFC 3261 §19.1.4
function sameHeaders(a: readonly UriHeader[], b: readonly UriHeader[]): boolean {
  const spelled = (headers: readonly UriHeader[]) =>
    headers.map(({ name, value }) => `${name}=${value}`).sort()
  return a.length === b.length && spelled(a).join('&') === spelled(b).join('&')
}

function parseUserinfo(
  user: string | undefined,
  password: string | undefined,
): { user?: string; password?: string } | undefined {
  if (user === undefined) return {}
  const canonicalUser = normalizeEscapes(user, USER_RULES)
  if (canonicalUser === undefined) return undefined
  if (password === undefined) return { user: canonicalUser }
  const canonicalPassword = normalizeEscapes(password, PASSWORD_RULES)
  return canonicalPassword === undefined
    ? undefined
    : { user: canonicalUser, password: canonicalPassword }
}

const NO_PAIRS: readonly UriParameter[] = []

function parsePairs(
  text: string | undefined,
  separator: string,
  rules: EscapeRules,
): readonly UriParameter[] | undefined {
  if (text === undefined || text === '') return NO_PAIRS
  const pairs: UriParameter[] = []
  for (const piece of text.split(separator)) {
    const equals = piece.indexOf('=')
    const name = normalizeEscapes(equals === -1 ? piece : piece.slice(0, equals), rules)
    const value = equals === -1 ? undefined : normalizeEscapes(piece.slice(equals + 1), rules)
    if (!name || (equals !== -1 && value === undefined)) return undefined
    pairs.push({ name: name.toLowerCase(), ...(value === undefined ? {} : { value }) })
  }
  return pairs
}
