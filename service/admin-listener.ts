/** The administration's own HTTP listener: health, metrics and /admin/v1, away from the world. */
import type { Log } from '../core/model/log.ts'
import { serveAdminRoutes, type AdminRoutes } from './admin-routes.ts'
import type { Closers } from './closers.ts'
import type { Configuration } from './configuration.ts'
import { openHttpListeners } from './http-listeners.ts'

const USUAL_ADDRESS = { host: '127.0.0.1', port: 9090 }
const CONNECTIONS = 100

/** Rejects when an address that was asked for cannot be had; the usual one is left out when it is taken. */
export async function openAdminListener(
  { admin }: Configuration,
  { routes, log }: { routes: AdminRoutes; log: Log },
  closers: Closers,
): Promise<void> {
  const addresses = admin.listen ?? [USUAL_ADDRESS]
  try {
    const listeners = await openHttpListeners({
      listeners: addresses.map((address) => ({ address, tls: undefined })),
      handle: serveAdminRoutes(routes),
      maxConnections: CONNECTIONS,
    })
    closers.add('the administration', () => listeners.close(0))
  } catch (error) {
    if (admin.listen) throw error
    log.warn({ reason: (error as Error).message }, 'no listener for administration (admin.listen)')
  }
}
