/** Watch of somebody here in the name of somebody in another network: he stands among the watchers like anybody. RFC 8048 §5.2.1. */
import type { Log } from '../../core/model/log.ts'
import { whenReady } from '../../core/model/maybe-promise.ts'
import type { Permissions } from '../../core/model/permissions.ts'
import { isIconShown } from '../../core/model/presence-filter.ts'
import type {
  PresenceWatch,
  WantedPresence,
  WatchStanding,
} from '../../core/model/presence-source.ts'
import type { PublishedPackage } from '../event-package.ts'
import {
  LocalVirtualSubscription,
  type LocalVirtualParts,
  type VirtualSubscriber,
} from '../lists/local-virtual-subscription.ts'
import type { VirtualBody } from '../lists/virtual-subscription.ts'
import { NEVER } from '../resource.ts'
import { createToldStanding, NO_ROOM } from './told-standing.ts'
import type { QueuedWatch, WatchQueue } from './watch-queue.ts'

export interface LocalWatchParts extends LocalVirtualParts {
  readonly presencePackage: PublishedPackage
  readonly queue: WatchQueue
  readonly log: Log
}

/** A class: there are thousands of them. */
export class LocalWatch implements PresenceWatch, QueuedWatch {
  readonly #parts: LocalWatchParts
  readonly #wanted: WantedPresence
  readonly #say: (standing: WatchStanding) => void
  /** Undefined: there was no room for it yet, or it is over. */
  #virtual: LocalVirtualSubscription | undefined
  #wasActive = false
  #closed = false
  /** A document is being made; what changes meanwhile is told after it. */
  #making = false
  #changedMeanwhile = false
  dueAt = NEVER
  place = -1

  /** `wanted`: the presentity's address is canonical. */
  constructor(
    parts: LocalWatchParts,
    wanted: WantedPresence,
    hears: (standing: WatchStanding) => void,
  ) {
    this.#parts = parts
    this.#wanted = wanted
    this.#say = createToldStanding(hears, parts.log)
    this.#begin()
  }

  close(): void {
    if (this.#closed) return
    this.#closed = true
    this.#parts.queue.leave(this)
    this.#virtual?.close()
    this.#virtual = undefined
  }

  again(): void {
    if (!this.#virtual) this.#begin()
    else if (this.#virtual.standing()) this.#parts.queue.tellSoon(this)
    else {
      this.#virtual.renew()
      this.#tellWhenReady(this.#virtual)
    }
  }

  tell(): void {
    if (this.#closed) return
    if (this.#making) {
      this.#changedMeanwhile = true
      return
    }
    const standing = this.#virtual?.standing()
    if (!this.#virtual) this.#say(NO_ROOM)
    // The store could not be asked.
    else if (!standing) this.#parts.queue.tryLater(this)
    else if (standing.state === 'terminated') this.#end(standing.reason)
    else if (standing.state === 'pending') this.#say({ state: 'pending' })
    else this.#tellDocument(this.#virtual)
  }

  #begin(): void {
    const { subscriptions, presencePackage, queue } = this.#parts
    const { watcher, presentity } = this.#wanted
    if (!subscriptions.room.isFor({ watcher, content: undefined })) {
      queue.tellSoon(this)
      queue.tryLater(this)
      return
    }
    this.#virtual = new LocalVirtualSubscription(this.#parts, {
      address: presentity,
      eventPackage: presencePackage,
      subscriber: subscriberOf(this.#wanted),
      toldTo: 'gateway',
      isFetch: false,
      changed: () => {
        queue.tellSoon(this)
      },
    })
    this.#tellWhenReady(this.#virtual)
  }

  /** After the turn in which it has begun. */
  #tellWhenReady({ ready }: LocalVirtualSubscription): void {
    const { turns, queue } = this.#parts
    const tell = () => {
      if (!this.#closed) queue.tellSoon(this)
    }
    void whenReady(ready, () => {
      turns.add((turn) => {
        turn.answer(tell, tell)
      })
    })
  }

  #tellDocument(virtual: LocalVirtualSubscription): void {
    const { permissions } = virtual
    const body = virtual.body()
    if (!(body instanceof Promise)) {
      this.#sayDocument(body, permissions)
      return
    }
    this.#making = true
    void body.then((made) => {
      const isOutdated = this.#changedMeanwhile || virtual.permissions !== permissions
      this.#making = this.#changedMeanwhile = false
      if (this.#closed) return
      if (isOutdated) this.#parts.queue.tellSoon(this)
      else this.#sayDocument(made, permissions)
    })
  }

  #sayDocument(body: VirtualBody | undefined, permissions: Permissions | undefined): void {
    if (!body || !permissions) {
      this.#parts.queue.tryLater(this)
      return
    }
    this.#wasActive = true
    this.#say({
      state: 'active',
      document: body.text,
      handling: permissions.handling === 'allow' ? 'allow' : 'polite-block',
      showsIcon: isIconShown(permissions),
    })
  }

  /** Whoever wants it again asks anew: the other network was told no. RFC 8048 §5.2.2 */
  #end(reason: string): void {
    this.close()
    this.#say({ state: 'terminated', reason, status: this.#status(reason), isFinal: true })
  }

  /** Of the answer that a SUBSCRIBE would get. */
  #status(reason: string): number {
    if (reason !== 'noresource') return 403
    return this.#wasActive ? 410 : 404
  }
}

/** Nobody out there could be reached by it. */
const NO_FLOW: VirtualSubscriber['flow'] = {
  ...{ transport: 'UDP', localAddress: '', localPort: 0, remoteAddress: '', remotePort: 0 },
}

function subscriberOf({ watcher, since }: WantedPresence): VirtualSubscriber {
  return {
    watcher,
    profile: 'default',
    flow: NO_FLOW,
    cseq: 0,
    subscribedAt: since,
    dueAt: NEVER,
    dialog: { remoteUri: watcher },
  }
}
