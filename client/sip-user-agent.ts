/**
 * User agent: joins sip.js's core to a transport that is kept open. RFC 3261 §8.
 *
 * Only the core of sip.js is used. Its UserAgent drops responses whose Via names a port, its Publisher sends two
 * initial PUBLISHes at once and throws after a refusal, and its Subscriber takes Retry-After for milliseconds.
 * test/presence-client/sip-js-faults names the others.
 */
import {
  IncomingRequestMessage,
  IncomingResponseMessage,
  Parser,
  UserAgentCore,
  type Body,
  type OutgoingRequestMessage,
  type UserAgentCoreConfiguration,
} from 'sip.js/lib/core/index.js'
import type { Aor } from '../core/uri/aor.ts'
import { createBackOff } from './back-off.ts'
import type { ClientClock } from './client-clock.ts'
import type { ClientLog } from './client-log.ts'
import type { DigestCredentials } from './digest-credentials.ts'
import { createSipConnection, type SipConnection } from './sip-connection.ts'
import { announce, coreConfiguration, randomToken, sipUri } from './sip-js-configuration.ts'
import { withOneChallenge } from './one-challenge.ts'
import type { LocalAddress, SipTransport, SipTransportFactory } from './sip-transport.ts'

interface ConnectionListener {
  opened?(): void
  lost?(reason: Error, retryInMs: number): void
  /** The client closes, and nothing will be answered any more. */
  closed?(): void
}

export interface SipUserAgent {
  readonly core: UserAgentCore
  readonly connected: boolean
  /** Connects, and keeps trying. Harmless when called again. */
  start(): void
  /** Connects now instead of at the end of a wait. */
  reconnect(): void
  /** @returns a function that ends it */
  listen(listener: ConnectionListener): () => void
  /** A request outside any dialog, to the address itself; `headers` are whole lines. Throws on no SIP address. */
  newRequest(method: string, to: Aor, headers: string[], body?: Body): OutgoingRequestMessage
  /** The Contact line for requests that make or refresh a dialog. */
  contactLine(): string
  /** Why the transport last failed. */
  readonly lastFailure: string
  close(): Promise<void>
}

interface AgentParts {
  readonly account: Aor
  readonly credentials: DigestCredentials
  readonly transport: SipTransportFactory
  readonly clock: ClientClock
  readonly userAgent: string
  readonly log: ClientLog
}

/** Throws when the account is no SIP address. */
export function createSipUserAgent(parts: AgentParts): SipUserAgent {
  return new SipJsUserAgent(parts)
}

class SipJsUserAgent implements SipUserAgent {
  readonly core: UserAgentCore
  readonly #account: Aor
  readonly #log: ClientLog
  readonly #configuration: UserAgentCoreConfiguration
  readonly #connection: SipConnection
  readonly #listeners = new Set<ConnectionListener>()
  #protocol: SipTransport['protocol'] = 'UDP'
  #lastFailure = ''

  constructor({ account, credentials, transport, clock, userAgent, log }: AgentParts) {
    this.#account = account
    this.#log = log
    this.#configuration = coreConfiguration({ account, credentials, userAgent })
    this.#configuration.transportAccessor = () => ({
      protocol: this.#protocol,
      send: (text) => this.#send(text),
    })
    this.core = new UserAgentCore(this.#configuration, {
      // sip.js would take text messages and drop them.
      onMessage: (request) => {
        request.reject({ statusCode: 405 })
      },
    })
    this.#connection = createSipConnection({
      transport,
      clock,
      backOff: createBackOff(),
      events: {
        opened: (local, protocol) => {
          this.#opened(local, protocol)
        },
        lost: (reason, retryInMs) => {
          this.#lost(reason, retryInMs)
        },
        message: (text) => {
          this.#receive(text)
        },
      },
    })
  }

  get connected(): boolean {
    return this.#connection.open
  }

  get lastFailure(): string {
    return this.#lastFailure
  }

  start(): void {
    this.#connection.start()
  }

  reconnect(): void {
    this.#connection.reconnect()
  }

  listen(listener: ConnectionListener): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  newRequest(method: string, to: Aor, headers: string[], body?: Body): OutgoingRequestMessage {
    const target = sipUri(to, this.#account)
    const { aor } = this.#configuration
    const names = { fromTag: randomToken(), callId: randomToken() + randomToken() }
    return this.core.makeOutgoingRequestMessage(method, target, aor, target, names, headers, body)
  }

  contactLine(): string {
    return `Contact: ${this.#configuration.contact.toString()}`
  }

  async close(): Promise<void> {
    this.core.dispose()
    for (const listener of this.#listeners) listener.closed?.()
    await this.#connection.close()
  }

  #opened(local: LocalAddress, protocol: SipTransport['protocol']): void {
    this.#protocol = protocol
    announce(this.#configuration, local, protocol)
    for (const listener of this.#listeners) listener.opened?.()
  }

  #lost(reason: Error, retryInMs: number): void {
    this.#lastFailure = reason.message
    for (const listener of this.#listeners) listener.lost?.(reason, retryInMs)
  }

  async #send(text: string): Promise<void> {
    try {
      // sip.js writes this field even when there is nothing to put into it.
      await this.#connection.send(text.replace('Supported: \r\n', ''))
    } catch (error) {
      this.#lastFailure = error instanceof Error ? error.message : String(error)
      throw error
    }
  }

  #receive(text: string): void {
    try {
      const logger = this.core.loggerFactory.getLogger('parser')
      const message = Parser.parseMessage(withOneChallenge(text), logger)
      if (message instanceof IncomingRequestMessage) {
        this.core.receiveIncomingRequestFromTransport(message)
      } else if (message instanceof IncomingResponseMessage) {
        this.core.receiveIncomingResponseFromTransport(message)
      }
    } catch (error) {
      // sip.js throws on some malformed messages, such as one with pres: in its request line: dropped.
      this.#log.debug({ error }, 'SIP message dropped')
    }
  }
}
