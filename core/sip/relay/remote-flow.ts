/** A connection that another worker has, as a flow: what is sent along it goes back to that worker. RFC 3261 §18.2.2. */
import type { SendingFlow } from '../flow.ts'
import type { TransportName } from '../transport.ts'
import type { RelayPeer } from './relay-link.ts'
import { numberedHead, SEND, SETTLED, type ConnectionFacts } from './relay-message.ts'

export class RemoteFlow implements SendingFlow {
  readonly transport: TransportName
  readonly localAddress: string
  readonly localPort: number
  readonly remoteAddress: string
  readonly remotePort: number
  readonly sentBy: string
  readonly #number: number
  readonly #peer: RelayPeer
  #ended = false
  /** The message at hand has begun something that will be settled. */
  #owes = false

  constructor(number: number, facts: ConnectionFacts, peer: RelayPeer) {
    this.transport = facts.transport
    this.localAddress = facts.localAddress
    this.localPort = facts.localPort
    this.remoteAddress = facts.remoteAddress
    this.remotePort = facts.remotePort
    this.sentBy = facts.sentBy
    this.#number = number
    this.#peer = peer
  }

  get alive(): boolean {
    return !this.#ended && this.#peer.open
  }

  /** Also once the peer has said its last: it still hears our answers. */
  send(octets: Buffer): boolean {
    return this.#peer.post(numberedHead(SEND, this.#number), octets)
  }

  owe(): void {
    this.#owes = true
  }

  settle(): void {
    this.#peer.post(numberedHead(SETTLED, this.#number))
  }

  /** The message at hand has been dealt with: where nobody owes an answer to it, nothing else would tell. */
  received(): void {
    if (!this.#owes) this.settle()
    this.#owes = false
  }

  ended(): void {
    this.#ended = true
  }
}
