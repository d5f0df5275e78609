/** How many connections there may be, all together and from one address. */
import type { Duplex } from 'node:stream'
import type { SipLimits } from './limits.ts'

export interface ConnectionAdmission {
  /** Counts the socket until it is closed; false: there are too many already. `address`: of the peer. */
  admit(socket: Duplex, address: string): boolean
  /** Ends them all, also those that are only being opened or closed. */
  stop(): void
}

type Bounds = Pick<SipLimits, 'connections' | 'connectionsPerAddress'>

export function createConnectionAdmission(bounds: Bounds): ConnectionAdmission {
  const { connections, connectionsPerAddress } = bounds
  const byAddress = new Map<string, number>()
  const sockets = new Set<Duplex>()
  const release = (socket: Duplex, address: string) => {
    sockets.delete(socket)
    const left = (byAddress.get(address) ?? 0) - 1
    if (left > 0) byAddress.set(address, left)
    else byAddress.delete(address)
  }
  return {
    admit(socket, address) {
      const here = byAddress.get(address) ?? 0
      if (sockets.size >= connections || here >= connectionsPerAddress || socket.destroyed)
        return false
      sockets.add(socket)
      byAddress.set(address, here + 1)
      socket.once('close', () => {
        release(socket, address)
      })
      return true
    },
    stop() {
      for (const socket of sockets) socket.destroy()
    },
  }
}
