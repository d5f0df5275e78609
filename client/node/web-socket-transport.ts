/** SIP over WebSocket: one message a frame, by a name that nobody can connect to. RFC 7118. */
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { WebSocket } from 'ws'
import type { LocalAddress, SipReceiver, SipTransport } from '../sip-transport.ts'
import { connectFailure } from './connect-failure.ts'
import { createKeepAlive } from './keep-alive.ts'
import { bracketed, sipServerText, type SipServer } from './sip-server.ts'

const SUBPROTOCOL = 'sip'
/** Where Visage and most proxies take WebSockets. */
const PATH = '/ws'
const LARGEST_MESSAGE = 1024 * 1024
const CONNECT_WITHIN_MS = 10_000
const MOST_UNSENT_BYTES = 1024 * 1024
const PATIENCE_ON_CLOSE_MS = 500

export function createWebSocketTransport(server: SipServer): SipTransport {
  return new WebSocketTransport(server)
}

class WebSocketTransport implements SipTransport {
  readonly protocol: 'WS' | 'WSS'
  readonly #server: SipServer
  readonly #name: string
  #webSocket: WebSocket | undefined
  #closed = false

  constructor(server: SipServer) {
    this.#server = server
    this.#name = sipServerText(server)
    this.protocol = server.transport === 'wss' ? 'WSS' : 'WS'
  }

  async open(receiver: SipReceiver): Promise<LocalAddress> {
    const { transport, host, port, ca } = this.#server
    const webSocket = new WebSocket(
      `${transport}://${bracketed(host)}:${port}${PATH}`,
      SUBPROTOCOL,
      {
        handshakeTimeout: CONNECT_WITHIN_MS,
        maxPayload: LARGEST_MESSAGE,
        perMessageDeflate: false,
        ...(ca && { ca }),
      },
    )
    this.#webSocket = webSocket
    try {
      await once(webSocket, 'open')
    } catch (error) {
      throw new Error(connectFailure(this.#name, error))
    }
    this.#follow(webSocket, receiver)
    // The server answers down the WebSocket, whatever the name. RFC 7118 §5, RFC 2606.
    return { host: `${randomBytes(8).toString('hex')}.invalid` }
  }

  send(text: string): Promise<void> {
    const webSocket = this.#webSocket
    if (!this.#takes(webSocket)) return Promise.reject(new Error(`${this.#name} takes nothing`))
    return new Promise((resolve, reject) => {
      webSocket.send(text, (error) => {
        if (error) reject(error)
        else resolve()
      })
    })
  }

  async close(): Promise<void> {
    this.#closed = true
    const webSocket = this.#webSocket
    if (!webSocket || webSocket.readyState === WebSocket.CLOSED) return
    const closed = once(webSocket, 'close').catch(() => undefined)
    webSocket.on('error', () => undefined)
    webSocket.close()
    const late = setTimeout(() => {
      webSocket.terminate()
    }, PATIENCE_ON_CLOSE_MS)
    await closed
    clearTimeout(late)
  }

  #takes(webSocket: WebSocket | undefined): webSocket is WebSocket {
    return webSocket?.readyState === WebSocket.OPEN && webSocket.bufferedAmount <= MOST_UNSENT_BYTES
  }

  #follow(webSocket: WebSocket, receiver: SipReceiver): void {
    let failure = `${this.#name} has closed the connection`
    const keepAlive = createKeepAlive({
      ping: (bytes) => {
        webSocket.send(bytes)
      },
      dead: () => {
        failure = `${this.#name} does not answer any more`
        webSocket.terminate()
      },
    })
    webSocket.on('message', (bytes: Buffer) => {
      keepAlive.heard(bytes)
      const text = bytes.toString()
      if (text.trim() !== '') receiver.message(text)
    })
    webSocket.on('error', (error) => {
      failure = `${this.#name}: ${error.message}`
    })
    webSocket.on('close', () => {
      keepAlive.stop()
      if (!this.#closed) receiver.closed(new Error(failure))
    })
  }
}
