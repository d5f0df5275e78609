/** The SIP stack put together: listeners, transactions, and who gets what. RFC 3261 §17, §18. */
import { ByteSlab } from './byte-slab.ts'
import type { TrustedCertificates } from './certificates.ts'
import { createClientTransactions } from './client-transactions.ts'
import { createDelayProbe, type DelayProbe } from './delay-probe.ts'
import type { Receive, SendingFlow } from './flow.ts'
import { DEFAULT_SIP_LIMITS, type SipLimits } from './limits.ts'
import type { ListenerAddress, ListenerOptions } from './listener.ts'
import { Listeners } from './listeners.ts'
import { createMessageReceiver, refuseForNow } from './message-receiver.ts'
import { NO_TRACE, type MessageTrace } from './message-trace.ts'
import { createDialogTags, createRelay, type Relay, type RelayOptions } from './relay/relay.ts'
import { createRequestSender } from './request-sender.ts'
import { createServerTransactions, type MayBegin } from './server-transactions.ts'
import type { SharedSockets } from './shared-sockets.ts'
import { createSipCounts, type SipCounts } from './sip-counts.ts'
import type { Flow, IncomingRequest, SipEndpoint } from './sip-endpoint.ts'
import type { Clock, Log } from './surroundings.ts'
import type { TransportName } from './transport.ts'
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
  /** Asked of every new request, before anything is kept of it; refused ones get 503 with Retry-After. Absent: all may. */
  readonly mayBegin?: MayBegin | undefined
  /** How long what arrives waits. */
  readonly delay?: DelayOptions | undefined
  /** The other workers that share the listeners; absent: this process is the only one. */
  readonly relay?: RelayOptions | undefined
  /** The listeners' sockets, shared with them; absent: all are this process's own. */
  readonly sockets?: SharedSockets | undefined
  /** Absent: nobody follows messages. */
  readonly trace?: MessageTrace | undefined
}

export interface DelayOptions {
  /** A secret; the same in all processes that share the sockets. */
  readonly key: Uint8Array
  /** Told after each `probe`, of each UDP socket; of other processes too that share it. Milliseconds. */
  readonly heard: (delay: number) => void
}

export interface ListeningSipEndpoint extends SipEndpoint {
  /** Sends a datagram to each UDP socket of its own, to see how long it waits. */
  probe(): void
  /** Takes a request for a WebSocket, with its socket, from any HTTP server; refuses what is none for SIP. RFC 7118 §4. */
  readonly upgrade: Upgrade
  /** Where it really listens, in the order of `listeners`; empty before `start` and after `stop`. */
  addresses(): readonly ListenerAddress[]
  /** New connections are not taken any more, new requests get 503; what was begun goes on. */
  stopTaking(): void
  /** Requests without their response: those of others, and those of its own. */
  underWay(): { readonly server: number; readonly client: number }
  /** Live transactions, and the octets kept for their retransmissions. */
  load(): { readonly server: number; readonly client: number; readonly bytes: number }
  /** Open ones by transport. */
  connections(): ReadonlyMap<TransportName, number>
  /** Since it was made. */
  readonly counts: SipCounts
}

export function createSipEndpoint(parts: SipEndpointParts): ListeningSipEndpoint {
  const { log, allow } = parts
  const handlers = createHandlers()
  const transactions = createTransactions(parts)
  const { server, client, counts } = transactions
  const receive = createMessageReceiver({
    ...{ server, client, allow, log, counts },
    onRequest: handlers.request,
  })
  const probe = parts.delay && createDelayProbe(parts.delay.key)
  const inside = { transactions, handlers, receive, probe }
  const { listeners, relay, turn } = createWays(parts, inside)
  return {
    async start() {
      await listeners.start()
      relay?.start()
    },
    upgrade: listeners.upgrade,
    async stop() {
      relay?.stop()
      turn.stop()
      transactions.stop()
      await listeners.stop()
    },
    probe() {
      if (probe) listeners.sendToThemselves(probe.datagram())
    },
    ...registering(handlers),
    request: createRequestSender({ client, listeners }),
    contactAddress: (flow) => listeners.contactAddress(flow),
    findFlow: (record) => listeners.findFlow(record) ?? relay?.findFlow(record),
    dialogTag: createDialogTags(parts.relay),
    stopTaking() {
      inside.transactions.stopTaking()
      listeners.close()
    },
    ...observed(transactions, listeners),
  }
}

/** What whoever observes it asks for. */
function observed(
  { server, client, slab, counts }: ReturnType<typeof createTransactions>,
  listeners: Listeners,
): Pick<ListeningSipEndpoint, 'addresses' | 'underWay' | 'load' | 'connections' | 'counts'> {
  return {
    addresses: () => listeners.addresses(),
    underWay: () => ({ server: server.unanswered, client: client.live }),
    load: () => ({ server: server.live, client: client.live, bytes: slab.bytes }),
    connections: () => listeners.connections(),
    counts,
  }
}

interface Inside {
  readonly transactions: ReturnType<typeof createTransactions>
  readonly handlers: Handlers
  readonly receive: Receive
  readonly probe: DelayProbe | undefined
}

/** The ways in and out: listeners, and the relay where other workers share them. */
function createWays(parts: SipEndpointParts, inside: Inside) {
  const { transactions, handlers, receive } = inside
  const { clock, log } = parts
  const { client, limits } = transactions
  const flush = () => {
    listeners.flush()
    relay?.flush()
  }
  const relayed: Receive = (octets, flow) => {
    receive(octets, flow)
    relay?.served(flow)
  }
  const turn = new Turn({
    ...{ log, flush, onEnd: handlers.turnEnd },
    receive: parts.relay ? relayed : receive,
  })
  const onFlowClosed = (flow: SendingFlow) => {
    client.flowClosed(flow)
    for (const handler of handlers.flowClosed) handler(flow)
  }
  const { webSockets = { origins: [] }, trusted = () => undefined, trace = NO_TRACE } = parts
  const listeners: Listeners = new Listeners({
    ...{ options: parts.listeners, sockets: parts.sockets },
    ...{ limits, clock, log, webSockets, trusted, trace },
    onQueued: turn.flushSoon,
    receive: heardBy(trace, parts.relay ? (octets, flow) => relay?.take(octets, flow) : turn.add),
    onNoise: hearingProbes(inside.probe, parts.delay),
    onFlowClosed(flow) {
      relay?.flowClosed(flow)
      onFlowClosed(flow)
    },
  })
  const relay: Relay | undefined = relayOf(parts, { serve: turn.add, listeners, onFlowClosed })
  return { listeners, relay, turn }
}

function heardBy(trace: MessageTrace, receive: Receive): Receive {
  return (octets, flow) => {
    trace.hear?.('in', octets, flow)
    receive(octets, flow)
  }
}

function hearingProbes(probe?: DelayProbe, options?: DelayOptions) {
  return (octets: Buffer) => {
    const delay = probe?.delayOf(octets)
    if (delay !== undefined) options?.heard(delay)
  }
}

function relayOf(
  { relay }: SipEndpointParts,
  inside: Omit<Parameters<typeof createRelay>[0], keyof RelayOptions | 'refuse'>,
): Relay | undefined {
  return relay && createRelay({ ...relay, ...inside, refuse: refuseForNow })
}

interface Handlers {
  readonly request: ((request: IncomingRequest) => void)[]
  readonly turnEnd: (() => void)[]
  readonly flowClosed: ((flow: Flow) => void)[]
}

function createHandlers(): Handlers {
  return { request: [], turnEnd: [], flowClosed: [] }
}

function registering(
  handlers: Handlers,
): Pick<SipEndpoint, 'onRequest' | 'onTurnEnd' | 'onFlowClosed'> {
  return {
    onRequest: (handler) => void handlers.request.push(handler),
    onTurnEnd: (handler) => void handlers.turnEnd.push(handler),
    onFlowClosed: (handler) => void handlers.flowClosed.push(handler),
  }
}

function createTransactions({ clock, relay, mayBegin, ...parts }: SipEndpointParts) {
  const limits: SipLimits = { ...DEFAULT_SIP_LIMITS, ...parts.limits }
  const [slab, counts] = [new ByteSlab(), createSipCounts()]
  let isTaking = true
  const server = createServerTransactions({
    ...{ slab, clock },
    mayBegin: (request, flow) => isTaking && mayBegin?.(request, flow) !== false,
    limit: limits.serverTransactions,
  })
  const client = createClientTransactions({
    ...{ slab, clock, counts, limit: limits.clientTransactions },
    worker: relay?.links.own,
  })
  const stopTaking = () => {
    isTaking = false
  }
  const stop = () => {
    server.stop()
    client.stop()
  }
  return { server, client, slab, counts, limits, stop, stopTaking }
}
