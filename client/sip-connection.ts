/** SIP connection: keeps one transport to the server open, and opens another when it is lost. */
import type { BackOff } from './back-off.ts'
import type { ClientClock } from './client-clock.ts'
import type { LocalAddress, SipTransport, SipTransportFactory } from './sip-transport.ts'

export interface SipConnectionEvents {
  opened(local: LocalAddress, protocol: SipTransport['protocol']): void
  /** @param retryInMs until the next attempt */
  lost(reason: Error, retryInMs: number): void
  message(text: string): void
}

export interface SipConnection {
  readonly open: boolean
  /** Connects, and keeps trying until `close`. Harmless when called again. */
  start(): void
  /** Rejects when there is no connection, or when the transport knows that the message is lost. */
  send(text: string): Promise<void>
  close(): Promise<void>
}

export function createSipConnection({
  transport: newTransport,
  clock,
  backOff,
  events,
}: {
  transport: SipTransportFactory
  clock: ClientClock
  backOff: BackOff
  events: SipConnectionEvents
}): SipConnection {
  let current: SipTransport | undefined
  let open = false
  let started = false
  let closed = false
  let cancelRetry: () => void = () => undefined

  function lost(transport: SipTransport, reason: Error): void {
    // What an earlier transport still says is no news of this one.
    if (closed || transport !== current) return
    open = false
    current = undefined
    void transport.close().catch(() => undefined)
    const wait = backOff.next()
    cancelRetry = clock.after(wait, () => {
      void connect()
    })
    events.lost(reason, wait)
  }

  async function connect(): Promise<void> {
    const transport = newTransport()
    current = transport
    try {
      const local = await transport.open({
        message: (text) => {
          if (transport === current) events.message(text)
        },
        closed: (reason) => {
          lost(transport, reason)
        },
      })
      if (isOvertaken(transport)) return
      open = true
      backOff.reset()
      events.opened(local, transport.protocol)
    } catch (error) {
      lost(transport, error instanceof Error ? error : new Error(String(error)))
    }
  }

  /** Whether it was closed, or lost, before it was open. */
  function isOvertaken(transport: SipTransport): boolean {
    return closed || transport !== current
  }

  return {
    get open() {
      return open
    },
    start() {
      if (started) return
      started = true
      void connect()
    },
    send: (text) =>
      open && current ? current.send(text) : Promise.reject(new Error('not connected')),
    async close() {
      closed = true
      open = false
      cancelRetry()
      await current?.close()
    },
  }
}
