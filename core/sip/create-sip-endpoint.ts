/** The SIP stack put together: listeners, transactions, and who gets what. RFC 3261 §17, §18. */
import { ByteSlab } from './byte-slab.ts'
import type { TrustedCertificates } from './certificates.ts'
import { createClientTransactions } from './client-transactions.ts'
import type { SendingFlow } from './flow.ts'
import { DEFAULT_SIP_LIMITS, type SipLimits } from './limits.ts'
import type { ListenerAddress, ListenerOptions } from './listener.ts'
import { Listeners } from './listeners.ts'
import { createMessageReceiver } from './message-receiver.ts'
import { createRequestSender } from './request-sender.ts'
import { createServerTransactions } from './server-transactions.ts'
import type { Flow, IncomingRequest, SipEndpoint } from './sip-endpoint.ts'
import type { Clock, Log } from './surroundings.ts'
import { Turn } from './turn.ts'
import type { Upgrade, WebSocketOptions } from './web-socket-upgrade.ts'

export interface SipEndpointParts {
  readonly listeners: readonly ListenerOptions[]
  readonly clock: Clock
  readonly log: Log
  /** The value of Allow where the endpoint itself refuses a method: what its user takes. */
  readonly allow: string
  readonly limits?: Partial<SipLimits>
  /** Absent: only pages of this host itself. */
  readonly webSockets?: WebSocketOptions
  /** Absent: whom Node trusts. */
  readonly trusted?: TrustedCertificates
}

export interface ListeningSipEndpoint extends SipEndpoint {
  /** Takes a request for a WebSocket, with its socket, from any HTTP server; refuses what is none for SIP. RFC 7118 §4. */
  readonly upgrade: Upgrade
  /** Where it really listens, in the order of `listeners`; empty before `start` and after `stop`. */
  addresses(): readonly ListenerAddress[]
  /** Live transactions, and the octets kept for their retransmissions. */
  load(): { readonly server: number; readonly client: number; readonly bytes: number }
}

export function createSipEndpoint(parts: SipEndpointParts): ListeningSipEndpoint {
  const { clock, log, allow } = parts
  const handlers = createHandlers()
  const transactions = createTransactions(clock, { ...DEFAULT_SIP_LIMITS, ...parts.limits })
  const { server, client, slab, limits } = transactions
  const receive = createMessageReceiver({ server, client, allow, log, onRequest: handlers.request })
  const flush = () => {
    listeners.flush()
  }
  const turn = new Turn({ log, receive, onEnd: handlers.turnEnd, flush })
  const onFlowClosed = (flow: SendingFlow) => {
    client.flowClosed(flow)
    for (const handler of handlers.flowClosed) handler(flow)
  }
  const { add, flushSoon } = turn
  const options = parts.listeners
  const { webSockets = { origins: [] }, trusted = () => undefined } = parts
  const surroundings = { limits, clock, log, webSockets, trusted }
  const listeners = new Listeners({
    ...{ options, receive: add, onQueued: flushSoon, onFlowClosed },
    ...surroundings,
  })
  return {
    start: () => listeners.start(),
    upgrade: listeners.upgrade,
    async stop() {
      turn.stop()
      transactions.stop()
      await listeners.stop()
    },
    onRequest: (handler) => void handlers.request.push(handler),
    onTurnEnd: (handler) => void handlers.turnEnd.push(handler),
    onFlowClosed: (handler) => void handlers.flowClosed.push(handler),
    request: createRequestSender({ client, listeners }),
    contactAddress: (flow) => listeners.contactAddress(flow),
    findFlow: (record) => listeners.findFlow(record),
    addresses: () => listeners.addresses(),
    load: () => ({ server: server.live, client: client.live, bytes: slab.bytes }),
  }
}

interface Handlers {
  readonly request: ((request: IncomingRequest) => void)[]
  readonly turnEnd: (() => void)[]
  readonly flowClosed: ((flow: Flow) => void)[]
}

function createHandlers(): Handlers {
  return { request: [], turnEnd: [], flowClosed: [] }
}

function createTransactions(clock: Clock, limits: SipLimits) {
  const slab = new ByteSlab()
  const server = createServerTransactions({ slab, clock, limit: limits.serverTransactions })
  const client = createClientTransactions({ slab, clock, limit: limits.clientTransactions })
  const stop = () => {
    server.stop()
    client.stop()
  }
  return { server, client, slab, limits, stop }
}
