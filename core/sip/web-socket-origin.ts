/** Whose pages may open a WebSocket: the browser tells in Origin. RFC 6455 §10.2. */

interface Asked {
  /** Absent: no browser asks. */
  readonly origin: string | undefined
  readonly host: string | undefined
}

/** Pages of the same host always; `*` among the origins: everybody. */
export function isOriginAllowed({ origin, host }: Asked, origins: readonly string[]): boolean {
  if (origin === undefined || origins.includes('*')) return true
  const page = URL.canParse(origin) ? new URL(origin) : undefined
  if (!page) return false
  return page.hostname === hostName(host) || origins.includes(page.origin)
}

function hostName(host: string | undefined): string | undefined {
  const url = `http://${host ?? ''}`
  return URL.canParse(url) ? new URL(url).hostname : undefined
}
