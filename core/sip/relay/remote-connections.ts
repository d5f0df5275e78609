/** Connections of other workers along which messages for this one came. RFC 3261 §18.2.2. */
import type { SendingFlow } from '../flow.ts'
import { hostPort } from '../listener.ts'
import type { Flow, SipEndpoint } from '../sip-endpoint.ts'
import type { RelayPeer } from './relay-link.ts'
import type { ConnectionFacts } from './relay-message.ts'
import { RemoteFlow } from './remote-flow.ts'

type FlowRecord = Parameters<SipEndpoint['findFlow']>[0]

export class RemoteConnections {
  readonly #onEnded: (flow: SendingFlow) => void
  readonly #byWorker = new Map<number, Map<number, RemoteFlow>>()
  readonly #byPeer = new Map<string, RemoteFlow>()

  constructor(onEnded: (flow: SendingFlow) => void) {
    this.#onEnded = onEnded
  }

  begun(worker: number, number: number, facts: ConnectionFacts, peer: RelayPeer): void {
    const flow = new RemoteFlow(number, facts, peer)
    const flows = this.#byWorker.get(worker)
    if (flows) flows.set(number, flow)
    else this.#byWorker.set(worker, new Map([[number, flow]]))
    this.#byPeer.set(peerKey(flow), flow)
  }

  get(worker: number, number: number): RemoteFlow | undefined {
    return this.#byWorker.get(worker)?.get(number)
  }

  ended(worker: number, number: number): void {
    const flow = this.get(worker, number)
    if (!flow) return
    this.#byWorker.get(worker)?.delete(number)
    if (this.#byPeer.get(peerKey(flow)) === flow) this.#byPeer.delete(peerKey(flow))
    flow.ended()
    this.#onEnded(flow)
  }

  /** The worker has gone, and its connections with it. */
  lost(worker: number): void {
    for (const number of [...(this.#byWorker.get(worker)?.keys() ?? [])]) this.ended(worker, number)
  }

  find(record: FlowRecord): Flow | undefined {
    // At the port of a WebSocket another client's page may be now. RFC 7118 §5.
    if (record.transport !== 'TCP' && record.transport !== 'TLS') return undefined
    const flow = this.#byPeer.get(peerKey(record))
    return flow?.alive === true ? flow : undefined
  }
}

function peerKey({
  transport,
  remoteAddress,
  remotePort,
}: Omit<FlowRecord, 'localAddress' | 'localPort'>) {
  return `${transport} ${hostPort(remoteAddress, remotePort)}`
}
