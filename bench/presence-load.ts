/** Publishers and watchers as operations of a closed loop. */
import type { Operation } from './closed-loop.ts'
import { createSipExchange } from './sip-exchange.ts'
import { field, publish, subscribe } from './sip-messages.ts'

const WATCHER_SOCKETS = 4

interface Publisher {
  version: number
  tag: string
  /** The 2xx and the NOTIFYs still to come for the version in flight. */
  awaited: number
  ended: () => void
}

export interface PresenceLoad {
  /** A new watcher of the next presentity in turn; ends with its 2xx and its first NOTIFY. */
  readonly subscribe: Operation
  /** A presentity that is idle publishes; ends when its 2xx is here and every watcher has the new document. */
  readonly publish: Operation
  readonly notifications: () => number
  readonly retransmissions: () => number
  close(): void
}

/** `presentities` must not be fewer than the window of the loop that publishes. */
export async function createPresenceLoad(
  server: number,
  presentities: number,
): Promise<PresenceLoad> {
  const publishers = Array.from({ length: presentities }, newPublisher)
  const watchersOf = new Uint32Array(presentities)
  const idle = Array.from(publishers.keys())
  const firstNotify = new Map<string, () => void>()
  let watchers = 0
  let notifications = 0

  const arrived = (publisher: Publisher) => {
    if (--publisher.awaited === 0) publisher.ended()
  }
  const exchange = await createSipExchange(server, 1 + WATCHER_SOCKETS, (notify) => {
    notifications++
    firstNotify.get(field(notify, /^Call-ID: w(\d+)@/im))?.()
    const marker = /\/v-(\d+)-(\d+)\.png/.exec(notify)
    const publisher = publishers[Number(marker?.[1])]
    if (publisher?.version === Number(marker?.[2])) arrived(publisher)
  })

  return {
    subscribe(ended) {
      const id = watchers++
      const presentity = id % presentities
      const socket = 1 + (id % WATCHER_SOCKETS)
      let awaited = 2
      const part = () => {
        if (--awaited > 0) return
        firstNotify.delete(String(id))
        ended()
      }
      firstNotify.set(String(id), part)
      watchersOf[presentity] = (watchersOf[presentity] ?? 0) + 1
      const watcher = { id, presentity, port: exchange.port(socket) }
      exchange.request(socket, (branch) => subscribe(branch, watcher), part)
    },
    publish(ended) {
      const presentity = idle.shift() ?? -1
      const publisher = publishers[presentity]
      if (!publisher) throw new Error('the window is larger than the number of presentities')
      publisher.version++
      publisher.awaited = 1 + (watchersOf[presentity] ?? 0)
      publisher.ended = () => {
        idle.push(presentity)
        ended()
      }
      const { version, tag } = publisher
      const write = (branch: string) => publish(branch, presentity, version, tag)
      exchange.request(0, write, (response) => {
        publisher.tag = field(response, /^SIP-ETag: (\S+)/im)
        arrived(publisher)
      })
    },
    notifications: () => notifications,
    retransmissions: exchange.retransmissions,
    close: exchange.close,
  }
}

function newPublisher(): Publisher {
  return { version: 0, tag: '', awaited: 0, ended: () => undefined }
}
