/** One WebSocket as a flow: each of its messages is one SIP message. RFC 7118 §5; RFC 5626 §3.5.1. */
import { isUtf8 } from 'node:buffer'
import type { Socket } from 'node:net'
import type { WebSocket } from 'ws'
import { plainAddress, type Connection, type ConnectionEvents } from './connection.ts'
import { hostPort } from './listener.ts'
import type { SipLimits } from './limits.ts'
import { isAhead, LARGE_CHUNK } from './reading-pace.ts'

interface ConnectionParts {
  readonly number: number
  readonly transport: 'WS' | 'WSS'
  readonly webSocket: WebSocket
  /** Beneath it. */
  readonly socket: Socket
  /** Of the client, which a proxy may stand before. */
  readonly remoteAddress: string
  /** What Via calls this end; undefined: its own address. */
  readonly sentBy: string | undefined
  readonly limits: SipLimits
  readonly events: ConnectionEvents
}

const PING = '\r\n\r\n'
const PONG = '\r\n'
/** Going away. RFC 6455 §7.4.1. */
const GOING_AWAY = 1001

export class WebSocketConnection implements Connection {
  readonly number: number
  readonly transport: 'WS' | 'WSS'
  readonly sentBy: string
  readonly localAddress: string
  readonly localPort: number
  readonly remoteAddress: string
  readonly remotePort: number
  lastActivity: number
  messages = 0
  /** What has come of a message is the WebSocket's own affair. */
  readonly unfinished = false
  readonly #webSocket: WebSocket
  readonly #socket: Socket
  readonly #limits: SipLimits
  readonly #events: ConnectionEvents
  #alive = true
  #owed = 0
  #probed = false

  constructor(parts: ConnectionParts) {
    const { number, transport, webSocket, socket, remoteAddress, limits, events } = parts
    this.number = number
    this.transport = transport
    this.#webSocket = webSocket
    this.#socket = socket
    this.#limits = limits
    this.#events = events
    this.localAddress = plainAddress(socket.localAddress)
    this.localPort = socket.localPort ?? 0
    this.remoteAddress = remoteAddress
    this.remotePort = socket.remotePort ?? 0
    this.sentBy = parts.sentBy ?? hostPort(this.localAddress, this.localPort)
    this.lastActivity = events.now()
    this.#listen()
  }

  get alive(): boolean {
    return this.#alive && this.#webSocket.readyState === this.#webSocket.OPEN
  }

  send(bytes: Buffer): boolean {
    if (!this.alive) return false
    this.#events.trace.hear?.('out', bytes, this)
    // What is not UTF-8 must not go as text. RFC 7118 §4.2. A copy: the octets lie in a slot that is used again.
    return this.#write(Buffer.from(bytes), !isUtf8(bytes))
  }

  owe(): void {
    this.#owed++
    this.#pace()
  }

  settle(): void {
    this.#owed--
    this.#pace()
  }

  /** A ping, which every client answers by itself. RFC 6455 §5.5.2. */
  probe(): void {
    if (this.#probed) {
      this.destroy()
      return
    }
    this.#probed = true
    if (this.alive) this.#webSocket.ping()
  }

  end(): void {
    this.#finish()
    this.#webSocket.close(GOING_AWAY)
  }

  destroy(): void {
    this.#finish()
    this.#webSocket.terminate()
  }

  #write(data: Buffer, binary: boolean): boolean {
    this.#webSocket.send(data, { binary, compress: false })
    this.#pace()
    if (this.#socket.writableLength <= this.#limits.unsentBytes) return true
    // The peer asks but does not read: 'close' follows.
    this.#webSocket.terminate()
    return false
  }

  /** As over TCP: who asks faster than it is answered, or reads, waits in its own connection. */
  #pace(): void {
    const ahead = isAhead(this.#owed, this.#socket, this.#limits)
    if (ahead) this.#webSocket.pause()
    else if (this.#webSocket.isPaused) this.#webSocket.resume()
  }

  /** As over TCP: Node would read on before a single request of it could be answered. */
  #restUntilAnswered(): void {
    this.#webSocket.pause()
    setImmediate(() => {
      this.#pace()
    })
  }

  #listen(): void {
    const webSocket = this.#webSocket
    this.#socket.setNoDelay(true)
    this.#socket.on('drain', () => {
      this.#pace()
    })
    this.#socket.on('data', (chunk: Buffer) => {
      if (chunk.length >= LARGE_CHUNK) this.#restUntilAnswered()
    })
    webSocket.on('message', (data) => {
      // `nodebuffer`, the type that ws begins with, gives one Buffer.
      this.#receive(data as Buffer)
    })
    for (const sign of ['ping', 'pong'] as const) {
      webSocket.on(sign, () => {
        this.#signOfLife()
      })
    }
    // A frame that breaks RFC 6455 or is too large: ws closes with the code that says so.
    webSocket.on('error', () => undefined)
    webSocket.on('close', () => {
      this.#finish()
    })
  }

  #receive(bytes: Buffer): void {
    this.#signOfLife()
    this.messages++
    // Line ends alone are keep-alive: a double one is answered. RFC 5626 §3.5.1, RFC 7118 §6.
    if (bytes.length <= PING.length && bytes.toString('latin1').trim() === '') {
      if (this.alive && bytes.length === PING.length) this.#write(Buffer.from(PONG), false)
      return
    }
    this.#events.onMessage(bytes, this)
  }

  #signOfLife(): void {
    this.#probed = false
    this.lastActivity = this.#events.now()
  }

  #finish(): void {
    if (!this.#alive) return
    this.#alive = false
    this.#events.onEnd(this)
  }
}
