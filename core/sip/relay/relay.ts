/** The relay between workers: each message reaches the worker where its dialog, its request or its presentity is at home. RFC 3261 §18. */
import type { Receive, SendingFlow } from '../flow.ts'
import type { Flow, SipEndpoint } from '../sip-endpoint.ts'
import type { SipMessage } from '../sip-message.ts'
import { dialogTagFor, ownDialogTag } from './dialog-tag.ts'
import { LentConnections } from './lent-connections.ts'
import { createPeek } from './peek.ts'
import type { RelayLinks, RelayPeer } from './relay-link.ts'
import {
  CONNECTION,
  DATAGRAM,
  datagramHead,
  ENDED,
  MESSAGE,
  NUMBERED,
  numberIn,
  READY,
  READY_MESSAGE,
  readConnection,
  readDatagram,
  SEND,
  SETTLED,
} from './relay-message.ts'
import { RemoteConnections } from './remote-connections.ts'
import { RemoteFlow } from './remote-flow.ts'

export interface Relay {
  /** From now on other workers may send what belongs here. */
  start(): void
  /** From now on nothing is taken from them. */
  stop(): void
  /** Takes what arrived here: serves it, or sends it to the worker that it belongs to. */
  readonly take: Receive
  /** `serve` has dealt with a message. */
  served(flow: SendingFlow): void
  /** A connection of this worker has ended. */
  flowClosed(flow: SendingFlow): void
  findFlow(record: Parameters<SipEndpoint['findFlow']>[0]): Flow | undefined
  /** Hands over what the turn has for other workers. */
  flush(): void
}

/** The UDP listeners, alike and in the same order in all workers. */
interface SharedListeners {
  /** Place of the listener that a flow belongs to; -1: none. */
  udpPlace(flow: Pick<Flow, 'localAddress' | 'localPort'>): number
  udpFlowAt(place: number, address: string, port: number): SendingFlow | undefined
}

export interface RelayOptions {
  readonly links: RelayLinks
  /** Hosts whose people are all at home in the first worker, in lower case. */
  readonly hostsOfFirst: ReadonlySet<string>
}

interface RelayParts extends RelayOptions {
  readonly serve: Receive
  /** Its worker takes nothing more for now. */
  readonly refuse: Receive
  readonly listeners: SharedListeners
  /** A connection of another worker has ended, or that worker has. */
  readonly onFlowClosed: (flow: SendingFlow) => void
}

/** Octets that wait for a worker; beyond them it gets no new messages, so that answers still find room. */
const MOST_WAITING = 8 * 2 ** 20

export function createRelay(parts: RelayParts): Relay {
  const { links, hostsOfFirst, serve, onFlowClosed } = parts
  const peek = createPeek({ workers: links.workers, hostsOfFirst })
  const lent = new LentConnections()
  const remote = new RemoteConnections(onFlowClosed)
  const state: RelayState = {
    ...{ ...parts, lent, remote, open: new Map(), ready: new Map() },
    phase: 'waiting',
  }
  links.onOpen((worker, peer) => {
    open(state, worker, peer)
    if (state.phase === 'taking') peer.post(READY_MESSAGE)
  })
  return {
    start() {
      state.phase = 'taking'
      for (const peer of state.open.values()) peer.post(READY_MESSAGE)
    },
    stop() {
      state.phase = 'stopped'
    },
    take(octets, flow) {
      const worker = peek(octets) ?? links.own
      const peer = worker === links.own ? undefined : peerFor(state, worker, { octets, flow })
      // While a worker is away everybody serves its presentities, correctly if not as fast.
      if (peer) forward(state, { octets, flow, worker, peer })
      else serve(octets, flow)
    },
    served(flow) {
      if (flow instanceof RemoteFlow) flow.received()
    },
    flowClosed(flow) {
      lent.ended(flow, (worker) => state.open.get(worker))
    },
    findFlow: (record) => remote.find(record),
    flush() {
      for (const peer of state.open.values()) peer.flush()
    },
  }
}

interface RelayState extends RelayParts {
  readonly lent: LentConnections
  readonly remote: RemoteConnections
  readonly open: Map<number, RelayPeer>
  /** Those that take messages. */
  readonly ready: Map<number, RelayPeer>
  phase: 'waiting' | 'taking' | 'stopped'
}

/** Who takes the message for that worker; undefined: it is served here. */
function peerFor(
  { ready, open }: RelayState,
  worker: number,
  { octets, flow }: Pick<Forwarded, 'octets' | 'flow'>,
): RelayPeer | undefined {
  // Nobody else can use an answer, and a worker sends NOTIFYs before it takes requests. RFC 3261 §17.1.3
  const isAnswer = () => flow.transport === 'UDP' && octets.toString('latin1', 0, 4) === 'SIP/'
  return ready.get(worker) ?? (isAnswer() ? open.get(worker) : undefined)
}

interface Forwarded {
  readonly octets: Buffer
  readonly flow: SendingFlow
  readonly worker: number
  readonly peer: RelayPeer
}

function forward(state: RelayState, { octets, flow, worker, peer }: Forwarded): void {
  const isUdp = flow.transport === 'UDP'
  if (peer.waiting > MOST_WAITING) {
    // A datagram is retransmitted; a connection would wait for its answer in vain.
    if (!isUdp) state.refuse(octets, flow)
    return
  }
  if (!isUdp) {
    if (!state.lent.forward(octets, flow, worker, peer)) state.refuse(octets, flow)
    return
  }
  const place = state.listeners.udpPlace(flow)
  if (place < 0) state.serve(octets, flow)
  else peer.post(datagramHead(place, flow), octets)
}

function open(state: RelayState, worker: number, peer: RelayPeer): void {
  state.open.set(worker, peer)
  peer.onMessage((message) => {
    hear(state, { worker, peer, message })
  })
  peer.onLost(() => {
    if (state.open.get(worker) !== peer) return
    state.open.delete(worker)
    state.ready.delete(worker)
    state.lent.lost(worker)
    state.remote.lost(worker)
  })
}

interface Heard {
  readonly worker: number
  readonly peer: RelayPeer
  readonly message: Buffer
}

function hear(state: RelayState, { worker, peer, message }: Heard): void {
  if (state.phase === 'stopped') return
  const { lent, remote, serve } = state
  switch (message[0]) {
    case DATAGRAM: {
      const { listener, address, port, octets } = readDatagram(message)
      const flow = state.listeners.udpFlowAt(listener, address, port)
      if (flow) serve(octets, flow)
      return
    }
    case MESSAGE: {
      const flow = remote.get(worker, numberIn(message))
      if (flow) serve(message.subarray(NUMBERED), flow)
      return
    }
    case CONNECTION:
      remote.begun(worker, numberIn(message), readConnection(message), peer)
      return
    case ENDED:
      remote.ended(worker, numberIn(message))
      return
    case SEND:
      lent.send(numberIn(message), message.subarray(NUMBERED))
      return
    case SETTLED:
      lent.settled(numberIn(message), worker)
      return
    case READY:
      if (state.ready.has(worker)) return
      // First of all what connections it had before it started anew.
      lent.announceTo(worker, peer)
      state.ready.set(worker, peer)
      // Told when the link opened, it may not have listened yet.
      if (state.phase === 'taking') peer.post(READY_MESSAGE)
  }
}

/** Tags for the dialogs of a worker, or of the only process there is. */
export function createDialogTags(relay: RelayOptions | undefined) {
  const { links, hostsOfFirst = new Set<string>() } = relay ?? {}
  return (request?: SipMessage): string =>
    request ? dialogTagFor(request, hostsOfFirst) : ownDialogTag(links?.own ?? 1)
}
