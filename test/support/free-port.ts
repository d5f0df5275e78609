/** A port for a program that cannot be told to take any. */
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { createServer } from 'node:net'

/** Below those that systems give to whoever asks for any port: nobody takes one of these by chance. RFC 6335 §6 */
const [LOWEST, PORTS] = [12_000, 20_000]
/** Even ones are given, so that the next one is free as well: some programs take both. */
const STEP = 2

let next = Math.floor((Math.random() * PORTS) / STEP) * STEP

/** Nobody listened on it or on the next one a moment ago, by TCP or UDP, and no other test of this process has it. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = LOWEST + next
    next = (next + STEP) % PORTS
    if ((await isFree(port)) && (await isFree(port + 1))) return port
  }
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer()
  const socket = createSocket('udp4')
  try {
    server.listen(port)
    await once(server, 'listening')
    socket.bind(port)
    await once(socket, 'listening')
    return true
  } catch {
    return false
  } finally {
    server.close()
    socket.close()
  }
}
