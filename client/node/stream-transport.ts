/** SIP over TCP and TLS: messages cut from one connection by their Content-Length. RFC 3261 §18, §26.2; RFC 5626 §3.5.1. */
import { once } from 'node:events'
import { connect, isIP, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { createStreamFraming } from '../../core/sip/stream-framing.ts'
import { systemClock } from '../client-clock.ts'
import { createKeepAlive, PONG } from '../keep-alive.ts'
import type { LocalAddress, SipReceiver, SipTransport } from '../sip-transport.ts'
import { connectFailure } from './connect-failure.ts'
import { bracketed, sipServerText, type SipServer } from './sip-server.ts'

const LIMITS = { headBytes: 64 * 1024, bodyBytes: 1024 * 1024 }
const CONNECT_WITHIN_MS = 10_000
/** What may wait for a server that does not read. */
const MOST_UNSENT_BYTES = 1024 * 1024
/** What was written last may still go out. */
const PATIENCE_ON_CLOSE_MS = 500

export function createStreamTransport(server: SipServer): SipTransport {
  return new StreamTransport(server)
}

class StreamTransport implements SipTransport {
  readonly protocol: 'TCP' | 'TLS'
  readonly #server: SipServer
  readonly #name: string
  #socket: Socket | undefined
  #closed = false

  constructor(server: SipServer) {
    this.#server = server
    this.#name = sipServerText(server)
    this.protocol = server.transport === 'tls' ? 'TLS' : 'TCP'
  }

  async open(receiver: SipReceiver): Promise<LocalAddress> {
    const socket = this.#connect()
    this.#socket = socket
    try {
      const opened = this.protocol === 'TLS' ? 'secureConnect' : 'connect'
      await once(socket, opened, { signal: AbortSignal.timeout(CONNECT_WITHIN_MS) })
    } catch (error) {
      socket.on('error', () => undefined)
      socket.destroy()
      throw new Error(connectFailure(this.#name, error))
    }
    this.#follow(socket, receiver)
    return { host: bracketed(socket.localAddress ?? ''), port: socket.localPort ?? 0 }
  }

  send(text: string): Promise<void> {
    const socket = this.#socket
    if (!socket?.writable || socket.writableLength > MOST_UNSENT_BYTES) {
      return Promise.reject(new Error(`${this.#name} takes nothing`))
    }
    return new Promise((resolve, reject) => {
      socket.write(text, (error) => {
        if (error) reject(error)
        else resolve()
      })
    })
  }

  async close(): Promise<void> {
    this.#closed = true
    const socket = this.#socket
    if (!socket || socket.destroyed) return
    socket.end()
    socket.setTimeout(PATIENCE_ON_CLOSE_MS, () => {
      socket.destroy()
    })
    await once(socket, 'close').catch(() => undefined)
  }

  #connect(): Socket {
    const { host, port, ca } = this.#server
    const where = { host, port, noDelay: true }
    if (this.protocol === 'TCP') return connect(where)
    // Server Name Indication holds no addresses. RFC 6066 §3.
    return connectTls({
      ...where,
      ...(isIP(host) === 0 && { servername: host }),
      ...(ca && { ca }),
    })
  }

  #follow(socket: Socket, receiver: SipReceiver): void {
    let failure = `${this.#name} has closed the connection`
    const end = (reason: string) => {
      failure = reason
      socket.destroy()
    }
    const framing = createStreamFraming(LIMITS, {
      onMessage: (bytes) => {
        receiver.message(bytes.toString())
      },
      onPing: () => undefined,
    })
    const keepAlive = createKeepAlive({
      clock: systemClock,
      ping: (bytes) => socket.write(bytes),
      dead: () => {
        end(`${this.#name} does not answer any more`)
      },
    })
    socket.on('data', (chunk) => {
      keepAlive.heard(chunk.toString('latin1') === PONG)
      if (!framing.push(chunk)) end(`${this.#name} sends what is not SIP`)
    })
    socket.on('error', (error) => {
      failure = `${this.#name}: ${error.message}`
    })
    socket.on('close', () => {
      keepAlive.stop()
      if (!this.#closed) receiver.closed(new Error(failure))
    })
  }
}
