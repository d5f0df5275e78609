/** SIP over WebSocket: one message a frame, by a name that nobody can connect to. RFC 7118. */
import type { ClientClock } from './client-clock.ts'
import { createKeepAlive, PONG } from './keep-alive.ts'
import type { LocalAddress, SipReceiver, SipTransport } from './sip-transport.ts'

/** What the WebSockets of browsers, of Node and of the library `ws` have in common. */
export interface SipWebSocket {
  readonly readyState: number
  /** Bytes. */
  readonly bufferedAmount: number
  binaryType: string
  send(text: string): void
  close(): void
  /** Ends it without a farewell; browsers cannot. */
  terminate?(): void
  addEventListener(
    type: 'open' | 'message' | 'error' | 'close',
    listener: (event: object) => void,
  ): void
}

export const SIP_SUBPROTOCOL = 'sip'

interface WebSocketParts {
  /** As errors name the server. */
  readonly name: string
  readonly protocol: 'WS' | 'WSS'
  readonly connect: () => SipWebSocket
  /** Why it could not be connected to. */
  readonly failureOf: (event: object) => string
  readonly clock: ClientClock
}

const OPEN = 1
const CLOSED = 3
const CONNECT_WITHIN_MS = 10_000
/** What may wait for a server that does not read. */
const MOST_UNSENT_BYTES = 1024 * 1024
const PATIENCE_ON_CLOSE_MS = 500

export function createWebSocketTransport(parts: WebSocketParts): SipTransport {
  return new WebSocketTransport(parts)
}

class WebSocketTransport implements SipTransport {
  readonly protocol: 'WS' | 'WSS'
  readonly #parts: WebSocketParts
  #webSocket: SipWebSocket | undefined
  #over = false

  constructor(parts: WebSocketParts) {
    this.#parts = parts
    this.protocol = parts.protocol
  }

  async open(receiver: SipReceiver): Promise<LocalAddress> {
    const webSocket = this.#parts.connect()
    webSocket.binaryType = 'arraybuffer'
    this.#webSocket = webSocket
    try {
      await this.#opened(webSocket)
    } catch (error) {
      end(webSocket)
      throw error
    }
    this.#follow(webSocket, receiver)
    // The server answers down the WebSocket, whatever the name. RFC 7118 §5, RFC 2606.
    return { host: `${randomName()}.invalid` }
  }

  send(text: string): Promise<void> {
    const webSocket = this.#webSocket
    if (!takes(webSocket)) return Promise.reject(new Error(`${this.#parts.name} takes nothing`))
    webSocket.send(text)
    return Promise.resolve()
  }

  async close(): Promise<void> {
    this.#over = true
    const webSocket = this.#webSocket
    if (!webSocket || webSocket.readyState === CLOSED) return
    await new Promise<void>((resolve) => {
      const late = this.#parts.clock.after(PATIENCE_ON_CLOSE_MS, () => {
        webSocket.terminate?.()
        resolve()
      })
      webSocket.addEventListener('close', () => {
        late()
        resolve()
      })
      webSocket.close()
    })
  }

  #opened(webSocket: SipWebSocket): Promise<void> {
    const { name, failureOf, clock } = this.#parts
    return new Promise((resolve, reject) => {
      const late = clock.after(CONNECT_WITHIN_MS, () => {
        reject(new Error(`${name} does not answer`))
      })
      webSocket.addEventListener('open', () => {
        late()
        resolve()
      })
      const failed = (event: object) => {
        late()
        reject(new Error(failureOf(event)))
      }
      webSocket.addEventListener('error', failed)
      webSocket.addEventListener('close', failed)
    })
  }

  #follow(webSocket: SipWebSocket, receiver: SipReceiver): void {
    const { name, clock } = this.#parts
    const ended = (failure: string) => {
      keepAlive.stop()
      if (this.#over) return
      this.#over = true
      receiver.closed(new Error(failure))
    }
    const keepAlive = createKeepAlive({
      clock,
      ping: (text) => {
        if (takes(webSocket)) webSocket.send(text)
      },
      dead: () => {
        // A browser tells of the end only minutes later.
        ended(`${name} does not answer any more`)
        end(webSocket)
      },
    })
    webSocket.addEventListener('message', (event) => {
      const text = textOf(event)
      keepAlive.heard(text === PONG)
      if (!this.#over && text.trim() !== '') receiver.message(text)
    })
    webSocket.addEventListener('close', () => {
      ended(`${name} has closed the connection`)
    })
  }
}

function takes(webSocket: SipWebSocket | undefined): webSocket is SipWebSocket {
  return webSocket?.readyState === OPEN && webSocket.bufferedAmount <= MOST_UNSENT_BYTES
}

function end(webSocket: SipWebSocket): void {
  if (webSocket.terminate) webSocket.terminate()
  else webSocket.close()
}

/** Text frames and binary ones carry the same. RFC 7118 §5 */
function textOf(event: object): string {
  const data: unknown = 'data' in event ? event.data : undefined
  if (typeof data === 'string') return data
  return data instanceof ArrayBuffer ? new TextDecoder().decode(data) : ''
}

function randomName(): string {
  const bytes = globalThis.crypto.getRandomValues(new Uint8Array(8))
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}
