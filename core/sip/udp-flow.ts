/** Peers over UDP: the ways back to them, remembered. RFC 3261 §18. */
import { addressText, isSameName, portOf, socketAddress } from './datagrams/socket-address.ts'
import type { SendingFlow } from './flow.ts'

/** What all flows of one socket share. */
export interface LocalEnd {
  readonly address: string
  readonly port: number
  readonly sentBy: string
  /** Takes a datagram; it leaves when the turn ends. */
  queue(octets: Buffer, flow: UdpFlow): void
}

export class UdpFlow implements SendingFlow {
  readonly transport = 'UDP'
  readonly alive = true
  readonly localAddress: string
  readonly localPort: number
  readonly remoteAddress: string
  readonly remotePort: number
  readonly sentBy: string
  readonly #end: LocalEnd
  #name: Uint8Array | null | undefined

  constructor(end: LocalEnd, remoteAddress: string, remotePort: number) {
    this.localAddress = end.address
    this.localPort = end.port
    this.remoteAddress = remoteAddress
    this.remotePort = remotePort
    this.sentBy = end.sentBy
    this.#end = end
  }

  /** The peer as system calls name it; null: they cannot. */
  get name(): Uint8Array | null {
    if (this.#name === undefined) {
      this.#name = socketAddress(this.remoteAddress, this.remotePort) ?? null
    }
    return this.#name
  }

  send(bytes: Buffer): boolean {
    this.#end.queue(bytes, this)
    return true
  }

  toPort(port: number): SendingFlow {
    return new UdpFlow(this.#end, this.remoteAddress, port)
  }
}

/** A power of two. */
const REMEMBERED = 4096

/** Peers come back, so most datagrams need no flow of their own. One port has one place: who shares it takes turns. */
export class UdpFlows {
  readonly #end: LocalEnd
  readonly #flows = new Array<UdpFlow | undefined>(REMEMBERED).fill(undefined)

  constructor(end: LocalEnd) {
    this.#end = end
  }

  to(address: string, port: number): UdpFlow {
    const known = this.#flows[place(port)]
    if (known?.remotePort === port && known.remoteAddress === address) return known
    return this.#remember(address, port)
  }

  /** The peer whose struct sockaddr stands at `at`; undefined: it is none of the internet. */
  named(names: Buffer, at: number): UdpFlow | undefined {
    const port = portOf(names, at)
    const known = this.#flows[place(port)]
    if (known?.name && isSameName(names, at, known.name)) return known
    const address = addressText(names, at)
    return address === undefined ? undefined : this.to(address, port)
  }

  #remember(address: string, port: number): UdpFlow {
    return (this.#flows[place(port)] = new UdpFlow(this.#end, address, port))
  }
}

function place(port: number): number {
  return port & (REMEMBERED - 1)
}
