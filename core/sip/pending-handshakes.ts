/** How many connections of one address may wait with what they are there for: TLS, and the request for a WebSocket. */
import type { Socket } from 'node:net'
import { plainAddress } from './connection.ts'

export interface PendingHandshakes {
  /** False: of that address there are too many already. */
  begin(socket: Socket): boolean
  /** `socket`: itself, or what encrypts it. */
  end(socket: Pick<Socket, 'remoteAddress' | 'remotePort'>): void
}

export function createPendingHandshakes(perAddress: number): PendingHandshakes {
  const portsOf = new Map<string, Set<number>>()
  const remove = (address: string, port: number) => {
    const ports = portsOf.get(address)
    ports?.delete(port)
    if (ports?.size === 0) portsOf.delete(address)
  }
  return {
    begin(socket) {
      const { remotePort = 0 } = socket
      const address = plainAddress(socket.remoteAddress)
      const ports = portsOf.get(address) ?? new Set()
      if (ports.size >= perAddress) return false
      portsOf.set(address, ports.add(remotePort))
      socket.once('close', () => {
        remove(address, remotePort)
      })
      return true
    },
    end({ remoteAddress, remotePort = 0 }) {
      remove(plainAddress(remoteAddress), remotePort)
    },
  }
}
