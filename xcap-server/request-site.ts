/** Which site's page a request comes from, as the browser says it. Fetch Metadata, Fetch standard (Origin). */
import { clientOrigin, type IsTrusted } from './forwarded.ts'
import type { HttpRequest } from './http-request.ts'

/** `unknown`: nobody says so, as programs, or the person asked without any page. */
type Site = 'own' | 'foreign' | 'unknown'

export type SiteOf = (request: HttpRequest) => Site

/** `urls`: what the service is known as, besides the address that a request was sent to. */
export function createSiteOf({
  urls,
  trustProxy,
}: {
  urls: readonly string[]
  trustProxy: IsTrusted
}): SiteOf {
  const own = urls.map((url) => new URL(url).origin)
  return (request) => {
    const { origin, 'sec-fetch-site': said } = request.headers
    // Compared by the browser itself, whatever proxies make of Host; no page can write it.
    if (said === 'same-origin') return 'own'
    if (said !== undefined) return said === 'none' ? 'unknown' : 'foreign'
    if (origin === undefined) return 'unknown'
    return own.includes(origin) || origin === clientOrigin(request, trustProxy) ? 'own' : 'foreign'
  }
}
