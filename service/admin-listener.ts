/** The administration's own HTTP listener: health, metrics and /admin/v1, away from the world. */
import type { Log } from '../core/model/log.ts'
import { serveAdminRoutes, type AdminRoutes } from './admin-routes.ts'
import type { Closers } from './closers.ts'
import type { Configuration } from './configuration.ts'
import { formatHostPort, type HostPort } from './host-port.ts'
import { openHttpListeners } from './http-listeners.ts'
import type { TlsFiles } from './tls-files.ts'

const USUAL_ADDRESS = { host: '127.0.0.1', port: 9090 }
const CONNECTIONS = 100
/** Milliseconds: whoever holds all connections and says nothing keeps an operator away no longer than one scrape. */
const HEADERS_TIMEOUT = 2_000

/** Rejects when an address that was asked for cannot be had; the usual one is left out when it is taken. */
export async function openAdminListener(
  { admin }: Configuration,
  { routes, tls, log }: { routes: AdminRoutes; tls: TlsFiles; log: Log },
  closers: Closers,
): Promise<void> {
  const addresses = admin.listen?.map(({ address }) => address) ?? [USUAL_ADDRESS]
  warnOfPlainText(addresses, tls, log)
  try {
    const listeners = await openHttpListeners({
      listeners: addresses.map((address, index) => ({ address, tls: tls.admin[index] })),
      handle: serveAdminRoutes(routes),
      maxConnections: CONNECTIONS,
      headersTimeout: HEADERS_TIMEOUT,
      handshakeTimeout: HEADERS_TIMEOUT,
    })
    closers.add('the administration', () => listeners.close(0))
  } catch (error) {
    if (admin.listen) throw error
    log.warn({ reason: (error as Error).message }, 'no listener for administration (admin.listen)')
  }
}

/** Whoever can read a token can use it. RFC 6750 §5.3 */
function warnOfPlainText(addresses: readonly HostPort[], tls: TlsFiles, log: Log): void {
  for (const [index, { host, port }] of addresses.entries()) {
    if (tls.admin[index] || isLoopback(host)) continue
    log.warn(
      { address: formatHostPort({ host, port }) },
      'admin.listen: tokens travel unencrypted here; give it tls',
    )
  }
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host.startsWith('127.')
}
