/** Digest credentials, as Authorization carries them. RFC 7616 §3.4. */
import { parseAuthentications, unescapeQuoted } from './authentication-parameters.ts'

/** All texts as they stand between their quotes, one character per byte: what the hashes are made of. RFC 7616 §3.4.5. */
export interface DigestCredentials {
  readonly username: string
  readonly realm: string
  readonly nonce: string
  readonly uri: string
  readonly response: string
  readonly algorithm?: string
  /** Absent: an older client, RFC 2069. */
  readonly protection?: { readonly qop: string; readonly nc: string; readonly cnonce: string }
}

/** Undefined: no Digest credentials, or not well-formed. */
export function parseAuthorization(fieldValue: string): DigestCredentials | undefined {
  const [first, ...others] = parseAuthentications(fieldValue) ?? []
  if (first?.scheme !== 'digest' || others.length > 0) return undefined
  const { parameters } = first
  const username = parameters.get('username')
  const realm = parameters.get('realm')
  const nonce = parameters.get('nonce')
  const uri = parameters.get('uri')
  const response = parameters.get('response')
  if (username === undefined || realm === undefined || nonce === undefined) return undefined
  if (uri === undefined || response === undefined) return undefined
  // No URI holds a backslash of its own: one that stands here escapes a quote of an XCAP node selector.
  const base = { username, realm, nonce, uri: unescapeQuoted(uri), response }
  const algorithm = parameters.get('algorithm')
  const named = algorithm === undefined ? base : { ...base, algorithm }
  const qop = parameters.get('qop')
  if (qop === undefined) return named
  const nc = parameters.get('nc')
  const cnonce = parameters.get('cnonce')
  // With qop both must be there. RFC 7616 §3.4.
  if (nc === undefined || cnonce === undefined || !/^[0-9a-f]{1,8}$/i.test(nc)) return undefined
  return { ...named, protection: { qop, nc, cnonce } }
}

export function serializeAuthorization(credentials: DigestCredentials): string {
  const { username, realm, nonce, uri, response, algorithm, protection } = credentials
  let text = `Digest username="${username}", realm="${realm}", nonce="${nonce}", uri="${uri}", response="${response}"`
  // algorithm, qop and nc are bare tokens here. RFC 7616 §3.4.
  if (algorithm !== undefined) text += `, algorithm=${algorithm}`
  if (protection) {
    text += `, qop=${protection.qop}, nc=${protection.nc}, cnonce="${protection.cnonce}"`
  }
  return text
}
