/** What a worker hears from the first one, and tells it. Without the first one it ends: nobody would tell it to, ever. */
import type { ListeningSocket } from '../../core/sip/shared-sockets.ts'
import type { Configuration } from '../configuration.ts'
import type { ListenerPlace, Order, Report, WorkerStart } from './worker-messages.ts'

export interface Orders {
  readonly started: Promise<WorkerStart>
  readonly report: (report: Report) => void
  readonly onSocket: (hear: (place: ListenerPlace, socket: ListeningSocket) => void) => void
  readonly onReload: (hear: (order: { readonly configuration: Configuration }) => void) => void
  readonly onAnnounce: (hear: () => void) => void
  readonly onFinish: (hear: (order: { readonly milliseconds: number }) => void) => void
  readonly onStop: (hear: () => void) => void
  /** Told of all workers that are not ready. */
  readonly onStanding: (hear: (missing: readonly number[]) => void) => void
}

type Hear = (order: Order, socket: unknown) => void

/** `end`: the first worker has gone. */
export function hearOrders(end: () => void): Orders {
  const listeners: Hear[] = []
  process.on('message', (order, socket) => {
    for (const hear of listeners) hear(order as Order, socket)
  })
  process.on('disconnect', end)
  const on =
    <Kind extends Order['kind']>(kind: Kind) =>
    (hear: (order: Extract<Order, { kind: Kind }>, socket: unknown) => void) => {
      listeners.push((order, socket) => {
        if (order.kind === kind) hear(order as Extract<Order, { kind: Kind }>, socket)
      })
    }
  return {
    started: new Promise((resolve) => {
      on('start')(resolve)
    }),
    report(report) {
      process.send?.(report, undefined, undefined, () => {
        // Without anybody to hear it there is an end anyhow.
      })
    },
    onSocket(hear) {
      on('socket')(({ place }, socket) => {
        hear(place, socket as ListeningSocket)
      })
    },
    onReload: on('reload'),
    onAnnounce: on('announce'),
    onFinish: on('finish'),
    onStop: on('stop'),
    onStanding(hear) {
      on('standing')(({ missing }) => {
        hear(missing)
      })
    },
  }
}
