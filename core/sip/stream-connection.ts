/** One connection over TCP or TLS as a flow: octets in, messages out. RFC 3261 §18; RFC 5626 §3.5.1. */
import type { Socket } from 'node:net'
import { plainAddress, type Connection, type ConnectionEvents } from './connection.ts'
import type { SipLimits } from './limits.ts'
import {
  createMessageSpacing,
  takesOneMessageARead,
  type MessageSpacing,
} from './message-spacing.ts'
import { isAhead, LARGE_CHUNK } from './reading-pace.ts'
import { createStreamFraming, type StreamFraming } from './stream-framing.ts'

interface ConnectionParts {
  readonly number: number
  readonly transport: 'TCP' | 'TLS'
  /** Of TLS: its handshake is over. */
  readonly socket: Socket
  readonly sentBy: string
  readonly peerName?: string | undefined
  readonly limits: SipLimits
  readonly events: ConnectionEvents
}

const PONG = '\r\n'

export class StreamConnection implements Connection {
  readonly number: number
  readonly transport: 'TCP' | 'TLS'
  readonly peerName?: string
  readonly sentBy: string
  readonly localAddress: string
  readonly localPort: number
  readonly remoteAddress: string
  readonly remotePort: number
  lastActivity: number
  messages = 0
  unfinished = false
  readonly #socket: Socket
  readonly #limits: SipLimits
  readonly #events: ConnectionEvents
  readonly #framing: StreamFraming
  #alive = true
  /** Requests that still wait for their response. */
  #owed = 0
  #spacing: MessageSpacing | undefined

  constructor({ number, transport, socket, sentBy, peerName, limits, events }: ConnectionParts) {
    this.number = number
    this.transport = transport
    if (peerName !== undefined) this.peerName = peerName
    this.sentBy = sentBy
    this.#socket = socket
    this.#limits = limits
    this.#events = events
    this.localAddress = plainAddress(socket.localAddress)
    this.localPort = socket.localPort ?? 0
    this.remoteAddress = plainAddress(socket.remoteAddress)
    this.remotePort = socket.remotePort ?? 0
    this.lastActivity = events.now()
    this.#framing = createStreamFraming(limits, {
      onMessage: (bytes) => {
        this.messages++
        if (this.messages === 1 && takesOneMessageARead(bytes)) this.#space()
        events.onMessage(bytes, this)
      },
      onPing: () => {
        this.#write(PONG)
      },
    })
    this.#listen()
  }

  get alive(): boolean {
    return this.#alive && !this.#socket.destroyed
  }

  send(bytes: Buffer): boolean {
    // The octets lie in a slot that may be used again before a slow peer reads them.
    const message = Buffer.from(bytes)
    this.#events.trace.hear?.('out', message, this)
    return this.#spacing ? this.#spacing.send(message) : this.#write(message)
  }

  /** A request came in; the connection stays open for its response even when the peer has said its last. */
  owe(): void {
    this.#owed++
    this.#pace()
  }

  settle(): void {
    this.#owed--
    if (!this.#alive && this.#owed === 0) this.#sayLast()
    this.#pace()
  }

  end(): void {
    this.#finish()
    this.#sayLast()
    this.#socket.destroySoon()
  }

  destroy(): void {
    this.#finish()
    this.#socket.destroy()
  }

  #space(): void {
    this.#spacing = createMessageSpacing({
      after: (milliseconds, action) => this.#events.after(milliseconds, action),
      write: (message) => this.#write(message),
    })
  }

  /** After what still waits. */
  #sayLast(): void {
    this.#spacing?.flush()
    this.#socket.end()
  }

  #write(data: Buffer | string): boolean {
    if (!this.#socket.writable) return false
    this.#socket.write(data)
    this.#pace()
    if (this.#socket.writableLength <= this.#limits.unsentBytes) return true
    // The peer asks but does not read: 'close' follows.
    this.#socket.destroy()
    return false
  }

  /** A peer that asks faster than it is answered, or reads, waits in its own connection and slows nobody else. */
  #pace(): void {
    const ahead = isAhead(this.#owed, this.#socket, this.#limits)
    if (ahead) this.#socket.pause()
    else if (this.#socket.isPaused()) this.#socket.resume()
  }

  #listen(): void {
    const socket = this.#socket
    socket.setNoDelay(true)
    socket.setKeepAlive(true, 60_000)
    socket.on('data', (chunk) => {
      this.#receive(chunk)
    })
    socket.on('drain', () => {
      this.#pace()
    })
    socket.on('end', () => {
      this.#finish()
      if (this.#owed === 0) this.#sayLast()
      else socket.setTimeout(this.#limits.messageTime, () => socket.destroy())
    })
    // What went wrong matters to nobody: 'close' follows.
    socket.on('error', () => undefined)
    socket.on('close', () => {
      this.#finish()
    })
  }

  #receive(chunk: Buffer): void {
    this.lastActivity = this.#events.now()
    if (!this.#framing.push(chunk)) {
      this.#giveUp()
      return
    }
    const unfinished = this.#framing.waiting > 0
    if (unfinished && !this.unfinished) this.#events.onUnfinished(this)
    this.unfinished = unfinished
    if (chunk.length >= LARGE_CHUNK) this.#restUntilAnswered()
  }

  /** Node reads on and on within one turn of the event loop, before a single request of it could be answered. */
  #restUntilAnswered(): void {
    this.#socket.pause()
    setImmediate(() => {
      this.#pace()
    })
  }

  /** Out of step: once the error is answered, at the end of the turn, there is nothing more to understand. RFC 3261 §18.3. */
  #giveUp(): void {
    this.#socket.removeAllListeners('data')
    this.#socket.resume()
    setImmediate(() => {
      this.end()
    })
  }

  #finish(): void {
    if (!this.#alive) return
    this.#alive = false
    this.#events.onEnd(this)
  }
}
