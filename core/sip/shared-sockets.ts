/** Sockets that several processes listen on together: the first opens and offers them, the others take them. RFC 3261 §18. */
import type { Socket } from 'node:dgram'
import type { Server } from 'node:net'

export type ListeningSocket = Socket | Server

export interface SharedSockets {
  /** Of the listener at that place, once it is open; undefined: this process is the one that opens it. */
  take(place: number): Promise<ListeningSocket | undefined>
  /** It is open here, for the others too. */
  offer(place: number, socket: ListeningSocket): void
}
