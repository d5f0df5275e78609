/** What clients call this server, where the configuration does not say. */
import type { Configuration } from './configuration.ts'
import { formatHostPort, type HostPort } from './host-port.ts'

export interface PublicUrls {
  /** Without a slash at the end, all of them. */
  readonly http: string
  readonly icons: string
  /** Every absolute URL that the XCAP root has. */
  readonly xcapRoots: readonly string[]
}

/** `addresses`: where the HTTP listeners really listen. */
export function publicUrls(
  { http, icons, domains }: Configuration,
  addresses: readonly HostPort[],
): PublicUrls {
  const own = addresses.map(({ host, port }, index) => {
    // Nobody can connect to "every address": the domain is the best guess there is.
    const reachable = host === '0.0.0.0' || host === '::' ? (domains[0]?.name ?? host) : host
    return webUrl(http.listen[index]?.tls !== undefined, { host: reachable, port })
  })
  const publicUrl = http.publicUrl ?? own[0] ?? ''
  const iconsUrl = icons.publicUrl ?? publicUrl
  const all = new Set([publicUrl, iconsUrl, ...own])
  return {
    http: publicUrl,
    icons: iconsUrl,
    xcapRoots: [...all].map((url) => `${url}${http.xcapRoot}`),
  }
}

function webUrl(secure: boolean, address: HostPort): string {
  return new URL(`${secure ? 'https' : 'http'}://${formatHostPort(address)}`).origin
}
