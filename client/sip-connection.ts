/** SIP connection: keeps one transport to the server open, and opens another when it is lost. */
import type { BackOff } from './back-off.ts'
import type { ClientClock } from './client-clock.ts'
import type { LocalAddress, SipTransport, SipTransportFactory } from './sip-transport.ts'

interface SipConnectionEvents {
  opened(local: LocalAddress, protocol: SipTransport['protocol']): void
  /** @param retryInMs until the next attempt */
  lost(reason: Error, retryInMs: number): void
  message(text: string): void
}

export interface SipConnection {
  readonly open: boolean
  /** Connects, and keeps trying until `close`. Harmless when called again. */
  start(): void
  /** Connects now instead of at the end of a wait. Nothing where there is no wait. */
  reconnect(): void
  /** Rejects when there is no connection, or when the transport knows that the message is lost. */
  send(text: string): Promise<void>
  close(): Promise<void>
}

/** A connection that was lost sooner is no sign that the server is well. */
const CALM_MS = 30_000

interface ConnectionParts {
  readonly transport: SipTransportFactory
  readonly clock: ClientClock
  readonly backOff: BackOff
  readonly events: SipConnectionEvents
}

export function createSipConnection(parts: ConnectionParts): SipConnection {
  return new KeptConnection(parts)
}

class KeptConnection implements SipConnection {
  readonly #parts: ConnectionParts
  #transport: SipTransport | undefined
  #open = false
  #since = 0
  #started = false
  #closed = false
  #cancelRetry: (() => void) | undefined

  constructor(parts: ConnectionParts) {
    this.#parts = parts
  }

  get open(): boolean {
    return this.#open
  }

  start(): void {
    if (this.#started || this.#closed) return
    this.#started = true
    void this.#connect()
  }

  reconnect(): void {
    if (!this.#cancelRetry || this.#closed) return
    this.#cancelRetry()
    void this.#connect()
  }

  send(text: string): Promise<void> {
    if (this.#open && this.#transport) return this.#transport.send(text)
    return Promise.reject(new Error('not connected'))
  }

  async close(): Promise<void> {
    this.#closed = true
    this.#open = false
    this.#cancelRetry?.()
    await this.#transport?.close()
  }

  async #connect(): Promise<void> {
    const { clock, events } = this.#parts
    this.#cancelRetry = undefined
    const transport = this.#newTransport()
    this.#transport = transport
    try {
      const local = await transport.open({
        message: (text) => {
          if (transport === this.#transport) events.message(text)
        },
        closed: (reason) => {
          this.#lost(transport, reason)
        },
      })
      if (this.#isOver(transport)) return
      this.#open = true
      this.#since = clock.now()
      events.opened(local, transport.protocol)
    } catch (error) {
      this.#lost(transport, asError(error))
    }
  }

  /** A factory that throws is a transport that does not open. */
  #newTransport(): SipTransport {
    try {
      return this.#parts.transport()
    } catch (error) {
      const fails = () => Promise.reject(asError(error))
      return { protocol: 'UDP', open: fails, send: fails, close: () => Promise.resolve() }
    }
  }

  #lost(transport: SipTransport, reason: Error): void {
    if (this.#isOver(transport)) return
    const { backOff, clock, events } = this.#parts
    if (this.#open && clock.now() - this.#since >= CALM_MS) backOff.reset()
    this.#open = false
    this.#transport = undefined
    void transport.close().catch(() => undefined)
    const wait = backOff.next()
    this.#cancelRetry = clock.after(wait, () => {
      void this.#connect()
    })
    events.lost(reason, wait)
  }

  /** What an earlier transport still says is no news of this one. */
  #isOver(transport: SipTransport): boolean {
    return this.#closed || transport !== this.#transport
  }
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error))
}
