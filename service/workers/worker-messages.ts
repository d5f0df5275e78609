/** What the first worker and the others say to each other by the operating system's own channel, by which sockets can be passed, too. */
import type { Configuration } from '../configuration.ts'
import type { HostPort } from '../host-port.ts'

/** A listener of the configuration, by its place there. */
export interface ListenerPlace {
  readonly side: 'http' | 'sip'
  readonly index: number
}

export interface WorkerStart {
  readonly own: number
  readonly configuration: Configuration
  /** Where the HTTP listeners really listen. */
  readonly httpAddresses: readonly HostPort[]
}

/** To a worker. */
export type Order =
  | ({ readonly kind: 'start' } & WorkerStart)
  /** The socket comes with it. */
  | { readonly kind: 'socket'; readonly place: ListenerPlace }
  /** Certificates are to be read again, and this is the configuration now. */
  | { readonly kind: 'reload'; readonly configuration: Configuration }
  /** Whether all workers are there. */
  | { readonly kind: 'standing'; readonly missing: readonly number[] }
  /** The end is near: load balancers are told, everybody is served yet. */
  | { readonly kind: 'announce' }
  /** What was begun is to be finished; nothing new is taken. */
  | { readonly kind: 'finish'; readonly milliseconds: number }
  | { readonly kind: 'stop' }

/** From a worker. */
export type Report =
  | { readonly kind: 'socket'; readonly place: ListenerPlace }
  | { readonly kind: 'ready' }
  /** Nothing is on its way any more. */
  | { readonly kind: 'finished' }
  /** It could not start; the text is for the operator. */
  | { readonly kind: 'failed'; readonly text: string }
