/** Which methods an address below the XCAP root takes, known without looking anything up. RFC 9110 §10.2.1. */
import { parseXcapUri } from '../core/uri/xcap-uri.ts'
import type { ApplicationUsage } from './application-usage.ts'
import type { HttpRequest } from './http-request.ts'

/** Of documents that are computed, and of namespace bindings. */
export const READ_METHODS = 'GET, HEAD, OPTIONS'
const ALL_METHODS = 'GET, PUT, DELETE, HEAD, OPTIONS'
const NAMESPACES = 'namespace::*'

export function createAllowedMethods({
  xcapRoot,
  usages,
}: {
  xcapRoot: string
  usages: ReadonlyMap<string, Pick<ApplicationUsage, 'accept'>>
}): (request: Pick<HttpRequest, 'reference'>) => string {
  return ({ reference }) => {
    const uri = parseXcapUri(reference.slice(xcapRoot.length))
    if (typeof uri === 'string') return ALL_METHODS
    const usage = usages.get(uri.auid)
    const readOnly = usage !== undefined && !usage.accept
    return readOnly || uri.node?.at(-1) === NAMESPACES ? READ_METHODS : ALL_METHODS
  }
}
