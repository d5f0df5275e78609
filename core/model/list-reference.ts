/** What an entry-ref, an external or a resource-list refers to: a node of a document of this XCAP server. RFC 4826 §3.2, §4.2. */
import { unescapeWhole } from '../uri/whole-escape.ts'
import { parseXcapUri, type XcapUri } from '../uri/xcap-uri.ts'
import { RESOURCE_LISTS } from './document-id.ts'

export interface ListReference {
  readonly uri: XcapUri & { readonly node: readonly string[] }
  /** Equal for references into the same document. */
  readonly documentKey: string
  /** Equal for references to the same node. */
  readonly key: string
}

/**
 * @param text Relative to the XCAP root, or absolute. The host does not matter: proxies may show people another one.
 * @param rootPaths Path of every URL that the XCAP root has.
 * Undefined: it refers to nothing in the lists of this server.
 */
export function listReference(
  text: string,
  rootPaths: readonly string[],
): ListReference | undefined {
  // White space only folds a long URI. RFC 3986 Appendix C
  const below = belowXcapRoot(unescapeWhole(text.replace(/\s+/g, '')), rootPaths)
  const uri = below === undefined ? 'nowhere' : parseXcapUri(below)
  if (typeof uri === 'string' || uri.auid !== RESOURCE_LISTS || !uri.node) return undefined
  const { xui, path, node, query } = uri
  const documentKey = JSON.stringify([xui, path])
  return { uri: { ...uri, node }, documentKey, key: JSON.stringify([xui, path, node, query]) }
}

const HTTP_ADDRESS = /^https?:\/\/[^/?#]+(\/[^#]*)/i
const LISTS = `/${RESOURCE_LISTS}/`

/** What follows the XCAP root. */
export function belowXcapRoot(uri: string, rootPaths: readonly string[]): string | undefined {
  const path = /^[a-z][a-z0-9+.-]*:/i.test(uri) ? HTTP_ADDRESS.exec(uri)?.[1] : rooted(uri)
  if (path === undefined) return undefined
  const root = rootPaths.find((one) => path.startsWith(`${one}/`))
  if (root !== undefined) return path.slice(root.length)
  const lists = path.indexOf(LISTS)
  return lists < 0 ? undefined : path.slice(lists)
}

/** The base of a relative reference is the XCAP root. RFC 4826 §4.5 */
function rooted(reference: string): string {
  return reference.startsWith('/') ? reference : `/${reference}`
}
