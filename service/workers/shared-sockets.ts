/** The listening sockets of a service, which all its workers share: the first opens them, the others get them when they are ready to listen. */
import type { ListeningSocket, SharedSockets } from '../../core/sip/shared-sockets.ts'
import type { Orders } from './orders.ts'
import type { ListenerPlace } from './worker-messages.ts'

export interface ServiceSockets {
  readonly http: SharedSockets
  readonly sip: SharedSockets
}

/** Of the worker that opens them. */
export interface OfferedSockets extends ServiceSockets {
  /** Resolves when it is open. */
  find(place: ListenerPlace): Promise<ListeningSocket>
}

export function createOfferedSockets(): OfferedSockets {
  const offers = new Map<string, Offer>()
  const at = (place: ListenerPlace): Offer => {
    const key = `${place.side} ${place.index}`
    const offer = offers.get(key) ?? createOffer()
    offers.set(key, offer)
    return offer
  }
  const side = (name: ListenerPlace['side']): SharedSockets => ({
    take: () => Promise.resolve(undefined),
    offer(index, socket) {
      at({ side: name, index }).make(socket)
    },
  })
  return { http: side('http'), sip: side('sip'), find: (place) => at(place).made }
}

interface Offer {
  readonly made: Promise<ListeningSocket>
  readonly make: (socket: ListeningSocket) => void
}

function createOffer(): Offer {
  let make: Offer['make'] = () => undefined
  const made = new Promise<ListeningSocket>((resolve) => {
    make = resolve
  })
  return { made, make }
}

/** Of any other worker: whatever it takes hears from then on. */
export function createPassedSockets({ onSocket, report }: Orders): ServiceSockets {
  const waiting = new Map<string, (socket: ListeningSocket) => void>()
  onSocket(({ side, index }, socket) => {
    waiting.get(`${side} ${index}`)?.(socket)
  })
  const side = (name: ListenerPlace['side']): SharedSockets => ({
    take: (index) =>
      new Promise((resolve) => {
        waiting.set(`${name} ${index}`, resolve)
        report({ kind: 'socket', place: { side: name, index } })
      }),
    offer: () => undefined,
  })
  return { http: side('http'), sip: side('sip') }
}
