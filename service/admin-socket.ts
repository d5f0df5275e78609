/** Administration of a running service: HTTP over a Unix socket in its data folder, for who may read that folder. */
import { chmodSync, lstatSync, unlinkSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { createConnection } from 'node:net'
import { join } from 'node:path'
import { serveAdminRoutes, type AdminRoutes } from './admin-routes.ts'

/** A socket's address holds no more: sockaddr_un, unix(7). */
const LONGEST_PATH = 107

export function adminSocketPath(dataFolder: string): string {
  return join(dataFolder, 'admin.sock')
}

/** Rejects when another service answers on the socket; one that nobody answers on is removed. */
export async function openAdminSocket({
  dataFolder,
  routes,
}: {
  dataFolder: string
  routes: AdminRoutes
}): Promise<{ close(): Promise<void> }> {
  const path = adminSocketPath(dataFolder)
  if (Buffer.byteLength(path) > LONGEST_PATH) {
    throw new Error(`data: the path ${path} is too long for a socket (${LONGEST_PATH} bytes)`)
  }
  // A backup that is restored may be long.
  const server = createServer({ requestTimeout: 0 }, serveAdminRoutes(routes))
  await removeStale(path)
  await listenPrivately(server, path)
  return {
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve()
        })
        server.closeAllConnections()
      }),
  }
}

/** A socket file outlives a service that was killed. */
async function removeStale(path: string): Promise<void> {
  const state = await new Promise<string | undefined>((resolve) => {
    const connection = createConnection(path)
    connection.once('connect', () => {
      connection.destroy()
      resolve('LIVE')
    })
    connection.once('error', (error: NodeJS.ErrnoException) => {
      resolve(error.code)
    })
  })
  if (state === 'ENOENT') return
  if (state === 'LIVE') throw new Error(`${path} is in use by a running service`)
  // A file that is no socket gives the same error, and is not ours to remove.
  if (!lstatSync(path).isSocket()) throw new Error(`${path} is no socket; move it away`)
  if (state !== 'ECONNREFUSED') throw new Error(`${path} cannot be used: ${String(state)}`)
  unlinkSync(path)
}

/** The file is nobody else's from the moment it exists: listen() makes it before it returns. */
async function listenPrivately(server: Server, path: string): Promise<void> {
  const listening = new Promise<void>((resolve, reject) => {
    server.once('listening', resolve).once('error', reject)
  })
  const before = process.umask(0o177)
  try {
    server.listen(path)
  } finally {
    process.umask(before)
  }
  await listening
  chmodSync(path, 0o600)
}
