/** What the relay needs of the way to the other workers; who starts the workers gives it. */

export interface RelayPeer {
  /** False: the worker has gone, or takes no more for now; then nothing was sent. */
  post(head: Uint8Array, octets?: Uint8Array): boolean
  readonly open: boolean
  /** Octets that the worker has not taken. */
  readonly waiting: number
  /** Hands over what waits for the end of the turn. */
  flush(): void
  /** In the order in which they were posted; the octets stay valid for as long as they are held. */
  onMessage(handler: (message: Buffer) => void): void
  onLost(handler: () => void): void
}

export interface RelayLinks {
  /** This worker's number, from 1 to `workers`. */
  readonly own: number
  readonly workers: number
  /** Told of each way before anything is read from it, also of those that are open already. */
  onOpen(listener: (worker: number, peer: RelayPeer) => void): void
}
