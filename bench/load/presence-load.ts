/** Publishers and watchers as operations of a closed loop. */
import type { Operation } from './closed-loop.ts'
import { createSipExchange } from './sip-exchange.ts'
import { createSipSigner, type SipSigner } from './sip-signer.ts'
import { field, publish, subscribe, versionIn, watcherIn } from './sip-messages.ts'
import type { Traffic } from './traffic.ts'

const WATCHER_SOCKETS = 4

interface Publisher {
  version: number
  cseq: number
  tag: string
  readonly signer: SipSigner | undefined
  /** The 2xx and the NOTIFYs still to come for the version in flight. */
  awaited: number
  ended: () => void
}

interface WatcherState {
  /** In the round of `everybodyTold`. */
  told: number
  readonly presentity: number
  /** The newest version it was told of: a NOTIFY that was sent twice counts once. */
  seen: number
  /** Until its first NOTIFY. */
  notified: (() => void) | undefined
}

/** A round in which every watcher is awaited. */
interface Telling {
  round: number
  awaited: number
  ended: () => void
}

export interface PresenceLoad {
  /** A new watcher of the next presentity in turn; ends with its 2xx and its first NOTIFY. */
  readonly subscribe: Operation
  /** A presentity that is idle publishes; ends when its 2xx is here and every watcher has the new document. */
  readonly publish: Operation
  /** Ends when every watcher has had a NOTIFY from now on. */
  readonly everybodyTold: Operation
  readonly notifications: () => number
  readonly retransmissions: () => number
  readonly traffic: () => Traffic
  close(): void
}

interface Shape {
  readonly port: number
  /** Not fewer than the window of the loop that publishes. */
  readonly presentities: number
  /** Whether publishers sign in. */
  readonly digest?: boolean
}

export async function createPresenceLoad({
  port,
  presentities,
  digest = false,
}: Shape): Promise<PresenceLoad> {
  const publishers = Array.from({ length: presentities }, (_, id) => newPublisher(id, digest))
  const watchersOf = new Uint32Array(presentities)
  const idle = Array.from(publishers.keys())
  const watchers: WatcherState[] = []
  const telling: Telling = { round: 0, awaited: 0, ended: () => undefined }
  let notifications = 0

  const arrived = (publisher: Publisher) => {
    if (--publisher.awaited === 0) publisher.ended()
  }
  const notified = (watcher: WatcherState, version: number) => {
    if (watcher.told !== telling.round) {
      watcher.told = telling.round
      if (--telling.awaited === 0) telling.ended()
    }
    watcher.notified?.()
    watcher.notified = undefined
    const publisher = publishers[watcher.presentity]
    if (publisher?.version !== version || watcher.seen === version) return
    watcher.seen = version
    arrived(publisher)
  }
  const exchange = await createSipExchange(port, 1 + WATCHER_SOCKETS, (notify) => {
    notifications++
    const watcher = watchers[watcherIn(notify)]
    if (watcher) notified(watcher, versionIn(notify))
  })

  const send = (presentity: number, publisher: Publisher, ended: () => void) => {
    const { version, tag, signer } = publisher
    const cseq = ++publisher.cseq
    const authorization = signer?.authorization() ?? ''
    exchange.request(
      0,
      (branch) => publish(branch, { presentity, version, tag, cseq, authorization }),
      (response) => {
        if (signer?.challengedBy(response)) {
          send(presentity, publisher, ended)
          return
        }
        expectSuccess(response)
        publisher.tag = field(response, /^SIP-ETag: (\S+)/im)
        ended()
      },
    )
  }

  return {
    subscribe(ended) {
      const id = watchers.length
      const presentity = id % presentities
      const socket = 1 + (id % WATCHER_SOCKETS)
      let awaited = 2
      const part = () => {
        if (--awaited === 0) ended()
      }
      const { version: seen } = publishers[presentity]!
      watchers.push({ presentity, seen, told: telling.round, notified: part })
      watchersOf[presentity] = (watchersOf[presentity] ?? 0) + 1
      const watcher = { id, presentity, port: exchange.port(socket) }
      exchange.request(
        socket,
        (branch) => subscribe(branch, watcher),
        (response) => {
          expectSuccess(response)
          part()
        },
      )
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
      send(presentity, publisher, () => {
        arrived(publisher)
      })
    },
    everybodyTold(ended) {
      telling.round++
      telling.awaited = watchers.length
      telling.ended = ended
    },
    notifications: () => notifications,
    retransmissions: exchange.retransmissions,
    traffic: exchange.traffic,
    close: exchange.close,
  }
}

function newPublisher(presentity: number, digest: boolean): Publisher {
  const signer = digest ? createSipSigner(presentity) : undefined
  return { version: 0, cseq: 0, tag: '', signer, awaited: 0, ended: () => undefined }
}

function expectSuccess(response: string): void {
  // Kamailio's 202 to SUBSCRIBE is RFC 3265's.
  if (!response.startsWith('SIP/2.0 20')) throw new Error(`unexpected answer:\n${response}`)
}
