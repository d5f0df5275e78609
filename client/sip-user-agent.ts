/**
 * User agent: joins sip.js's core to a transport that is kept open. RFC 3261 §8.
 *
 * Only the core of sip.js is used. Its UserAgent drops responses whose Via names a port, its Publisher sends two
 * initial PUBLISHes at once and throws after a refusal, and its Subscriber takes Retry-After for milliseconds.
 */
import {
  Grammar,
  LoggerFactory,
  Parser,
  IncomingRequestMessage,
  IncomingResponseMessage,
  URI,
  UserAgentCore,
  type Body,
  type OutgoingRequestMessage,
  type UserAgentCoreConfiguration,
} from 'sip.js/lib/core/index.js'
import { aorDomain, aorUser, type Aor } from '../core/uri/aor.ts'
import type { DigestCredentials } from './digest-credentials.ts'
import { createBackOff } from './back-off.ts'
import type { ClientClock } from './client-clock.ts'
import type { ClientLog } from './client-log.ts'
import { createSipConnection } from './sip-connection.ts'
import { SipJsCredentials } from './sip-js-credentials.ts'
import type { LocalAddress, SipTransport, SipTransportFactory } from './sip-transport.ts'

export interface ConnectionListener {
  opened?(): void
  lost?(reason: Error, retryInMs: number): void
}

export interface SipUserAgent {
  readonly core: UserAgentCore
  readonly connected: boolean
  /** Connects, and keeps trying. Harmless when called again. */
  start(): void
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

const RANDOM_LENGTH = 12

export function createSipUserAgent({
  account,
  credentials,
  transport,
  clock,
  userAgent,
  log,
}: {
  account: Aor
  credentials: DigestCredentials
  transport: SipTransportFactory
  clock: ClientClock
  userAgent: string
  log: ClientLog
}): SipUserAgent {
  const listeners = new Set<ConnectionListener>()
  let lastFailure = ''
  let protocol: SipTransport['protocol'] = 'UDP'
  const configuration = coreConfiguration({ account, credentials, userAgent })
  configuration.transportAccessor = () => ({ protocol, send })
  const core = new UserAgentCore(configuration, {
    // sip.js would take text messages and drop them.
    onMessage: (request) => {
      request.reject({ statusCode: 405 })
    },
  })
  const parserLog = configuration.loggerFactory.getLogger('parser')

  const connection = createSipConnection({
    transport,
    clock,
    backOff: createBackOff(),
    events: {
      opened(local, over) {
        protocol = over
        announce(configuration, local, over)
        for (const listener of listeners) listener.opened?.()
      },
      lost(reason, retryInMs) {
        lastFailure = reason.message
        for (const listener of listeners) listener.lost?.(reason, retryInMs)
      },
      message: (text) => {
        try {
          receive(text)
        } catch (error) {
          // sip.js throws on some malformed messages, such as one with pres: in its request line: dropped.
          log.debug({ error }, 'SIP message dropped')
        }
      },
    },
  })

  async function send(text: string): Promise<void> {
    try {
      // sip.js writes this field even when there is nothing to put into it.
      await connection.send(text.replace('Supported: \r\n', ''))
    } catch (error) {
      lastFailure = error instanceof Error ? error.message : String(error)
      throw error
    }
  }

  function receive(text: string): void {
    const message = Parser.parseMessage(text, parserLog)
    if (message instanceof IncomingRequestMessage) core.receiveIncomingRequestFromTransport(message)
    if (message instanceof IncomingResponseMessage) {
      core.receiveIncomingResponseFromTransport(message)
    }
  }

  return {
    core,
    get connected() {
      return connection.open
    },
    get lastFailure() {
      return lastFailure
    },
    start: () => {
      connection.start()
    },
    listen(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    newRequest(method, to, headers, body) {
      const target = sipUri(to, account)
      return core.makeOutgoingRequestMessage(
        method,
        target,
        configuration.aor,
        target,
        {},
        headers,
        body,
      )
    },
    contactLine: () => `Contact: ${configuration.contact.toString()}`,
    async close() {
      core.dispose()
      await connection.close()
    },
  }
}

/** A number without a domain is asked for at the account's own. RFC 3261 §19.1.6. */
function sipUri(aor: Aor, account: Aor): URI {
  if (aor.startsWith('tel:')) {
    return new URI('sip', aorUser(aor), aorDomain(account), undefined, { user: 'phone' })
  }
  const uri = Grammar.URIParse(aor)
  if (!uri || !isWritable(uri)) throw new Error(`${aor} is not a SIP address`)
  return uri
}

/** sip.js writes no escapes that are not UTF-8. */
function isWritable(uri: URI): boolean {
  try {
    return uri.toRaw().length > 0
  } catch {
    return false
  }
}

function coreConfiguration({
  account,
  credentials,
  userAgent,
}: {
  account: Aor
  credentials: DigestCredentials
  userAgent: string
}): UserAgentCoreConfiguration {
  const loggerFactory = new LoggerFactory()
  loggerFactory.builtinEnabled = false
  const contactUri = new URI('sip', randomToken(), 'unknown.invalid')
  return {
    aor: sipUri(account, account),
    contact: {
      pubGruu: undefined,
      tempGruu: undefined,
      uri: contactUri,
      toString: () => `<${contactUri.toString()}>`,
    },
    displayName: '',
    loggerFactory,
    hackViaTcp: false,
    routeSet: [],
    sipjsId: randomToken(),
    supportedOptionTags: [],
    supportedOptionTagsResponse: [],
    userAgentHeaderFieldValue: userAgent,
    viaForceRport: true,
    viaHost: 'unknown.invalid',
    authenticationFactory: () => new SipJsCredentials(loggerFactory, credentials),
    transportAccessor: () => undefined,
  }
}

/** From now on Via and Contact name the place where the server finds us. RFC 3261 §8.1.1.7, §8.1.1.8. */
function announce(
  configuration: UserAgentCoreConfiguration,
  local: LocalAddress,
  protocol: SipTransport['protocol'],
): void {
  const { uri } = configuration.contact
  configuration.viaHost = local.port === undefined ? local.host : `${local.host}:${local.port}`
  uri.host = local.host
  uri.port = local.port
  uri.setParam('transport', protocol === 'WSS' ? 'ws' : protocol.toLowerCase())
}

function randomToken(): string {
  const bytes = globalThis.crypto.getRandomValues(new Uint8Array(RANDOM_LENGTH))
  return Array.from(bytes, (byte) => (byte % 36).toString(36)).join('')
}
