/** A port for a program that cannot be told to take any. */
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'

/** Nobody listened on it a moment ago, by TCP or UDP. */
export async function freePort(): Promise<number> {
  for (;;) {
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    server.close()
    const socket = createSocket('udp4')
    const free = await new Promise<boolean>((resolve) => {
      socket.once('error', () => {
        resolve(false)
      })
      socket.bind(port, '127.0.0.1', () => {
        socket.close(() => {
          resolve(true)
        })
      })
    })
    if (free) return port
  }
}
