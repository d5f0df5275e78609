/** A process that is a worker: takes its sockets from the process that started it. */
import type { ListeningSocket } from '../../../core/sip/shared-sockets.ts'
import { startRelayWorker, type WorkerOrder } from './relay-worker.ts'

const waiting = new Map<number, (socket: ListeningSocket) => void>()

process.on('message', (order: { place?: number; start?: WorkerOrder }, socket: unknown) => {
  if (order.place !== undefined) waiting.get(order.place)?.(socket as ListeningSocket)
  if (!order.start) return
  const take = (place: number) =>
    new Promise<ListeningSocket>((resolve) => {
      waiting.set(place, resolve)
      process.send?.({ wanted: place })
    })
  void startRelayWorker(order.start, { take, offer: () => undefined }).then(() => {
    process.send?.({ ready: true })
  })
})
process.on('disconnect', () => process.exit())
