/** Presence URI, which names a presentity whatever protocol carries its presence. RFC 3859 §3. */
import { AOR_USER_RULES, normalizeEscapes } from './escapes.ts'
import { canonicalHost } from './host.ts'

export interface PresUri {
  /** Escaped where a SIP URI would need it. */
  readonly user: string
  /** Lower case. */
  readonly host: string
}

const SHAPE = /^pres:([^@?\s<>"]+)@([^@?;:\s]+|\[[^\]@]*\])(?:\?[^@\s]*)?$/i
const LONGEST = 4096

/** Header fields after `?` are dropped: they belong to a message, not to the presentity. Undefined: not a pres URI. */
export function parsePresUri(text: string): PresUri | undefined {
  const parts = text.length > LONGEST ? null : SHAPE.exec(text)
  if (!parts) return undefined
  const [, userText = '', hostText = ''] = parts
  const user = normalizeEscapes(userText, AOR_USER_RULES)
  const host = canonicalHost(hostText)
  return user === undefined || host === undefined ? undefined : { user, host }
}

export function serializePresUri(uri: PresUri): string {
  return `pres:${uri.user}@${uri.host}`
}
