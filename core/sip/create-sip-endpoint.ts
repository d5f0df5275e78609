/** The SIP stack put together: listeners, transactions, and who gets what. RFC 3261 §17, §18. */
import { ByteSlab } from './byte-slab.ts'
import { createClientTransactions } from './client-transactions.ts'
import { createRequestSender } from './request-sender.ts'
import type { SendingFlow } from './flow.ts'
import { DEFAULT_SIP_LIMITS, type SipLimits } from './limits.ts'
import type { ListenerAddress, ListenerOptions } from './listener.ts'
import { createListeners } from './listeners.ts'
import { createMessageReceiver } from './message-receiver.ts'
import { createServerTransactions } from './server-transactions.ts'
import type { Flow, IncomingRequest, SipEndpoint } from './sip-endpoint.ts'
import type { Clock, Log } from './surroundings.ts'
import { createTurn } from './turn.ts'

export interface SipEndpointParts {
  readonly listeners: readonly ListenerOptions[]
  readonly clock: Clock
  readonly log: Log
  /** The value of Allow in the 405 to an INVITE: the methods that the user of the endpoint takes. */
  readonly allow: string
  readonly limits?: Partial<SipLimits>
}

export interface ListeningSipEndpoint extends SipEndpoint {
  /** Where it really listens, in the order of `listeners`; empty before `start` and after `stop`. */
  addresses(): readonly ListenerAddress[]
  /** Live transactions and the octets kept for their retransmissions. */
  load(): { readonly server: number; readonly client: number; readonly bytes: number }
}

export function createSipEndpoint(parts: SipEndpointParts): ListeningSipEndpoint {
  const { clock, log, allow } = parts
  const limits: SipLimits = { ...DEFAULT_SIP_LIMITS, ...parts.limits }
  const slab = new ByteSlab()
  const server = createServerTransactions({ slab, clock, limit: limits.serverTransactions })
  const client = createClientTransactions({ slab, clock, limit: limits.clientTransactions })
  const requestHandlers: ((request: IncomingRequest) => void)[] = []
  const turnHandlers: (() => void)[] = []
  const closeHandlers: ((flow: Flow) => void)[] = []

  const receiver = createMessageReceiver({ server, client, allow, log, requestHandlers })
  const turn = createTurn({
    log,
    receive: receiver.receive,
    onEnd: turnHandlers,
    flush: () => {
      listeners.flush()
    },
  })
  const onFlowClosed = (flow: SendingFlow) => {
    client.flowClosed(flow)
    for (const handler of closeHandlers) handler(flow)
  }
  const listeners = createListeners({
    options: parts.listeners,
    limits,
    clock,
    log,
    receive: turn.add,
    onQueued: turn.flushSoon,
    onFlowClosed,
  })
  const sender = createRequestSender({ client, listeners })

  return {
    start: () => listeners.start(),
    async stop() {
      turn.stop()
      server.stop()
      client.stop()
      await listeners.stop()
    },
    onRequest: (handler) => void requestHandlers.push(handler),
    onTurnEnd: (handler) => void turnHandlers.push(handler),
    onFlowClosed: (handler) => void closeHandlers.push(handler),
    request: sender.send,
    contactAddress: listeners.contactAddress,
    findFlow: listeners.findFlow,
    addresses: listeners.addresses,
    load: () => ({ server: server.live, client: client.live, bytes: slab.bytes }),
  }
}
