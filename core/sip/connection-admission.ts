/** How many connections there may be, all together and from one address. */
import { once } from 'node:events'
import type { Duplex } from 'node:stream'
import { setTimeout } from 'node:timers/promises'
import type { SipLimits } from './limits.ts'

export interface ConnectionAdmission {
  /** Counts the socket until it is closed; false: there are too many already. `address`: of the peer. */
  admit(socket: Duplex, address: string): boolean
  /** Resolves when all have ended that are being closed, or when their peers had time enough to do their part. */
  ended(): Promise<void>
  /** Ends them all, also those that are only being opened or closed. */
  stop(): void
}

/** Milliseconds for the last octets, and for a WebSocket's closing handshake. RFC 6455 §7.1.1. */
const LAST_WORDS = 250

type Bounds = Pick<SipLimits, 'connections' | 'connectionsPerAddress'>

export function createConnectionAdmission(bounds: Bounds): ConnectionAdmission {
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
      if (
        sockets.size >= bounds.connections ||
        here >= bounds.connectionsPerAddress ||
        socket.destroyed
      )
        return false
      sockets.add(socket)
      byAddress.set(address, here + 1)
      socket.once('close', () => {
        release(socket, address)
      })
      return true
    },
    async ended() {
      if (sockets.size === 0) return
      const closed = [...sockets].map((socket) => once(socket, 'close'))
      const timer = new AbortController()
      const late = setTimeout(LAST_WORDS, undefined, { signal: timer.signal })
      await Promise.race([Promise.allSettled(closed), late])
      timer.abort()
      late.catch(() => undefined)
    },
    stop() {
      for (const socket of sockets) socket.destroy()
    },
  }
}
