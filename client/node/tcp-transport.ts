/** SIP over TCP: messages cut from one connection by their Content-Length. RFC 3261 §18, RFC 5626 §3.5.1. */
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { createStreamFraming } from '../../core/sip/stream-framing.ts'
import type { LocalAddress, SipReceiver, SipTransport } from '../sip-transport.ts'
import { createTcpKeepAlive } from './tcp-keep-alive.ts'
import { bracketed, sipServerText, type SipServer } from './sip-server.ts'

const LIMITS = { headBytes: 64 * 1024, bodyBytes: 1024 * 1024 }
const CONNECT_WITHIN_MS = 10_000
/** What may wait for a server that does not read. */
const MOST_UNSENT_BYTES = 1024 * 1024
/** What was written last may still go out. */
const PATIENCE_ON_CLOSE_MS = 500

export function createTcpTransport(server: SipServer): SipTransport {
  const name = sipServerText(server)
  let socket: Socket | undefined
  let closed = false

  async function open(receiver: SipReceiver): Promise<LocalAddress> {
    const connection = connect({ host: server.host, port: server.port, noDelay: true })
    socket = connection
    try {
      await once(connection, 'connect', { signal: AbortSignal.timeout(CONNECT_WITHIN_MS) })
    } catch (error) {
      connection.on('error', () => undefined)
      connection.destroy()
      throw new Error(connectFailure(name, error))
    }
    follow(connection, receiver)
    return { host: bracketed(connection.localAddress ?? ''), port: connection.localPort ?? 0 }
  }

  function follow(connection: Socket, receiver: SipReceiver): void {
    let failure = new Error(`${name} has closed the connection`)
    const framing = createStreamFraming(LIMITS, {
      onMessage: (bytes) => {
        receiver.message(bytes.toString())
      },
      onPing: () => undefined,
    })
    const keepAlive = createTcpKeepAlive({
      ping: (bytes) => {
        connection.write(bytes)
      },
      dead: () => {
        failure = new Error(`${name} does not answer any more`)
        connection.destroy()
      },
    })
    connection.on('data', (chunk) => {
      keepAlive.heard(chunk)
      if (framing.push(chunk)) return
      failure = new Error(`${name} sends what is not SIP`)
      connection.destroy()
    })
    connection.on('error', (error) => {
      failure = new Error(`${name}: ${error.message}`)
    })
    connection.on('end', () => {
      connection.end()
    })
    connection.on('close', () => {
      keepAlive.stop()
      if (!closed) receiver.closed(failure)
    })
  }

  return {
    protocol: 'TCP',
    open,
    send(text) {
      const connection = socket
      if (!connection?.writable || connection.writableLength > MOST_UNSENT_BYTES) {
        return Promise.reject(new Error(`${name} takes nothing`))
      }
      return new Promise((resolve, reject) => {
        connection.write(text, (error) => {
          if (error) reject(error)
          else resolve()
        })
      })
    },
    async close() {
      closed = true
      const connection = socket
      if (!connection || connection.destroyed) return
      connection.end()
      connection.setTimeout(PATIENCE_ON_CLOSE_MS, () => {
        connection.destroy()
      })
      await once(connection, 'close').catch(() => undefined)
    },
  }
}

function connectFailure(name: string, error: unknown): string {
  const { name: kind, code } = error as { name?: string; code?: string }
  if (kind === 'AbortError') return `${name} does not answer`
  if (code === 'ECONNREFUSED') return `nothing listens at ${name}`
  return `${name} cannot be reached: ${error instanceof Error ? error.message : String(error)}`
}
