/** The administration's own HTTP listener: health, away from the world. */
import type { Log } from '../core/model/log.ts'
import type { Closers } from './closers.ts'
import type { Configuration } from './configuration.ts'
import type { Door } from './health.ts'
import { openHttpListeners } from './http-listeners.ts'

const USUAL_ADDRESS = { host: '127.0.0.1', port: 9090 }
const CONNECTIONS = 100

/** Rejects when an address that was asked for cannot be had; the usual one is left out when it is taken. */
export async function openAdminListener(
  { admin }: Configuration,
  { door, log }: { door: Door; log: Log },
  closers: Closers,
): Promise<void> {
  const addresses = admin.listen ?? [USUAL_ADDRESS]
  try {
    const listeners = await openHttpListeners({
      listeners: addresses.map((address) => ({ address, tls: undefined })),
      handle: door.handleHealth,
      maxConnections: CONNECTIONS,
    })
    closers.add('the administration', () => listeners.close(0))
  } catch (error) {
    if (admin.listen) throw error
    log.warn({ reason: (error as Error).message }, 'no listener for administration (admin.listen)')
  }
}
