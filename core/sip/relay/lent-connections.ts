/** Connections of this worker along which messages for others came: those send their answers back through it. RFC 3261 §18.2.2. */
import type { SendingFlow } from '../flow.ts'
import type { RelayPeer } from './relay-link.ts'
import { connectionMessage, ENDED, MESSAGE, numberedHead } from './relay-message.ts'

interface Lent {
  readonly number: number
  readonly flow: SendingFlow
  /** Workers that know of it, and how many of its messages each has not dealt with. */
  readonly unsettled: Map<number, number>
  ended: boolean
}

export class LentConnections {
  readonly #byFlow = new Map<SendingFlow, Lent>()
  readonly #byNumber = new Map<number, Lent>()
  #lastNumber = 0

  /** False: the worker takes nothing more. */
  forward(octets: Buffer, flow: SendingFlow, worker: number, peer: RelayPeer): boolean {
    const lent = this.#byFlow.get(flow) ?? this.#lend(flow)
    const unsettled = lent.unsettled.get(worker)
    if (unsettled === undefined && !peer.post(connectionMessage(lent.number, flow))) return false
    lent.unsettled.set(worker, unsettled ?? 0)
    if (!peer.post(numberedHead(MESSAGE, lent.number), octets)) return false
    lent.unsettled.set(worker, (unsettled ?? 0) + 1)
    flow.owe?.()
    return true
  }

  send(number: number, octets: Buffer): void {
    this.#byNumber.get(number)?.flow.send(octets)
  }

  settled(number: number, worker: number): void {
    const lent = this.#byNumber.get(number)
    const unsettled = lent?.unsettled.get(worker) ?? 0
    if (!lent || unsettled === 0) return
    lent.unsettled.set(worker, unsettled - 1)
    lent.flow.settle?.()
    this.#forgetEnded(lent)
  }

  /** The connection has ended; answers that are owed may still leave it where the peer has only said its last. */
  ended(flow: SendingFlow, to: (worker: number) => RelayPeer | undefined): void {
    const lent = this.#byFlow.get(flow)
    if (!lent) return
    lent.ended = true
    this.#byFlow.delete(flow)
    for (const worker of lent.unsettled.keys()) to(worker)?.post(numberedHead(ENDED, lent.number))
    this.#forgetEnded(lent)
  }

  /** The worker is there, perhaps anew: what it knew of, it knows again. */
  announceTo(worker: number, peer: RelayPeer): void {
    for (const { number, flow, unsettled } of this.#byFlow.values()) {
      if (unsettled.has(worker)) peer.post(connectionMessage(number, flow))
    }
  }

  /** What the worker had begun it will not answer any more. */
  lost(worker: number): void {
    for (const lent of [...this.#byNumber.values()]) {
      const unsettled = lent.unsettled.get(worker) ?? 0
      for (let count = 0; count < unsettled; count++) lent.flow.settle?.()
      if (unsettled > 0) lent.unsettled.set(worker, 0)
      this.#forgetEnded(lent)
    }
  }

  #forgetEnded({ ended, number, unsettled }: Lent): void {
    if (ended && [...unsettled.values()].every((count) => count === 0))
      this.#byNumber.delete(number)
  }

  #lend(flow: SendingFlow): Lent {
    const number = (this.#lastNumber = (this.#lastNumber + 1) >>> 0)
    const lent: Lent = { number, flow, unsettled: new Map(), ended: false }
    this.#byFlow.set(flow, lent)
    this.#byNumber.set(number, lent)
    return lent
  }
}
