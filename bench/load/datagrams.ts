/** UDP sockets of the load: on 127.0.0.1, connected to the server's port and numbered from 0. */

export interface Datagrams {
  port(socket: number): number
  /** Latin-1 text, sent at the end of the turn at the latest. */
  send(socket: number, text: string): void
  close(): void
}

export type Receive = (socket: number, text: string) => void

/** As much as this is asked for in each socket: a fan-out to 1,000 watchers arrives at once. */
export const BUFFER_BYTES = 4 << 20
