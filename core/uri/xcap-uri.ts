/** XCAP URI below the XCAP root: application usage, whose tree, document, node. RFC 4825 §6. */

/** Everything decoded, once. */
export interface XcapUri {
  /** Application unique ID, as `resource-lists`. */
  readonly auid: string
  /** The XCAP user identifier, as `sip:alice@example.com`; absent: the global tree. */
  readonly xui?: string
  /** The document selector below the tree: folders, then the document's name. Never empty. */
  readonly path: readonly string[]
  /** Steps of the node selector, each as XPath wants it; absent: the whole document. */
  readonly node?: readonly string[]
  /** What follows `?`, as sent. */
  readonly query?: string
}

/** `malformed`: a broken escape or a name that cannot be one. `nowhere`: no document can stand there. */
export type XcapUriError = 'malformed' | 'nowhere'

const SEPARATOR = '~~'
const USERS = 'users'
const GLOBAL = 'global'
// Characters of a path segment that encodeURIComponent escapes without need. RFC 3986 §3.3.
const PLAIN_IN_SEGMENT = /%(?:3A|40|24|26|2B|2C|3B|3D)/g
const NOT_A_NAME = /[/\\\u0000-\u001f\u007f]|^\.{1,2}$/

/** @param reference What follows the XCAP root in the request target, as sent: `/resource-lists/users/…`. */
export function parseXcapUri(reference: string): XcapUri | XcapUriError {
  const [rawPath, query] = cut(reference, '?')
  // Split first, decode afterwards: an escaped slash is part of a name. RFC 4825 §6.2
  const segments = rawPath.slice(1).split('/').map(decodeSegment)
  if (!rawPath.startsWith('/')) return 'nowhere'
  if (!segments.every((segment) => segment !== undefined)) return 'malformed'
  // Only the first separator separates; a later one belongs to the node selector. RFC 4825 §6
  const separator = segments.indexOf(SEPARATOR)
  const document = separator < 0 ? segments : segments.slice(0, separator)
  const located = documentSelector(document)
  if (typeof located === 'string') return located
  return {
    ...located,
    ...(separator >= 0 && { node: segments.slice(separator + 1) }),
    ...(query !== undefined && { query }),
  }
}

/** What follows the XCAP root: `/oma_status-icon/users/sip:alice@example.com/photo.png`. */
export function buildXcapUri({ auid, xui, path, node, query }: XcapUri): string {
  const tree = xui === undefined ? [GLOBAL] : [USERS, xui]
  const segments = [auid, ...tree, ...path].map(encodeSegment)
  if (node !== undefined) segments.push(SEPARATOR, ...node.map(encodeSegment))
  return `/${segments.join('/')}${query === undefined ? '' : `?${query}`}`
}

function documentSelector([auid, context, ...rest]: string[]): XcapUri | XcapUriError {
  if (!auid) return 'nowhere'
  const path = context === USERS ? rest.slice(1) : rest
  const xui = context === USERS ? rest[0] : undefined
  // The segment after the AUID is one of the two. RFC 4825 §6.2
  if (context !== GLOBAL && !(context === USERS && xui)) return 'nowhere'
  if (path.length === 0 || path.includes('')) return 'nowhere'
  if (path.some((name) => NOT_A_NAME.test(name))) return 'malformed'
  return xui === undefined ? { auid, path } : { auid, xui, path }
}

function decodeSegment(segment: string): string | undefined {
  if (!segment.includes('%')) return segment
  try {
    return decodeURIComponent(segment)
  } catch {
    return undefined
  }
}

function encodeSegment(segment: string): string {
  return encodeURIComponent(segment).replace(PLAIN_IN_SEGMENT, decodeURIComponent)
}

function cut(text: string, mark: string): [string, string | undefined] {
  const at = text.indexOf(mark)
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)]
}
