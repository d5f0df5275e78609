/** A request to the service that runs on a data folder, by its socket there. */
import { request, type IncomingMessage } from 'node:http'
import type { Readable } from 'node:stream'
import { adminSocketPath } from './admin-socket.ts'

/** Whether a service answers on the socket in this data folder. */
export async function isRunning(data: string): Promise<boolean> {
  const response = await askService(data, '/')
  response?.destroy()
  return response !== undefined
}

const NOBODY_THERE = ['ENOENT', 'ECONNREFUSED', 'ENOTDIR']

/** Undefined: no service runs there. `body`: a request with one is a POST. */
export function askService(
  data: string,
  path: string,
  body?: Readable,
): Promise<IncomingMessage | undefined> {
  const socketPath = adminSocketPath(data)
  return new Promise((resolve, reject) => {
    const asking = request({ socketPath, path, agent: false, method: body ? 'POST' : 'GET' })
      .once('response', resolve)
      // The answer may come before all of the body was taken.
      .on('error', (error: NodeJS.ErrnoException) => {
        if (NOBODY_THERE.includes(error.code ?? '')) resolve(undefined)
        else reject(new Error(`${socketPath}: ${error.message}`))
      })
    if (body) body.once('error', (error) => asking.destroy(error)).pipe(asking)
    else asking.end()
  })
}
