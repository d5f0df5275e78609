/** Followed resources: those of which this member keeps what was published through any, and hears what is. RFC 3903 §6. */
import type { Clock } from '../../core/model/clock.ts'
import type { EventStateWrite } from '../../core/model/event-state.ts'
import type { Log } from '../../core/model/log.ts'
import type { MaybePromise } from '../../core/model/maybe-promise.ts'
import type { SharedChange, SharedEventState } from '../../core/model/shared-event-state.ts'
import { detachedText } from '../../core/sip/octet-text.ts'
import type { Aor } from '../../core/uri/aor.ts'
import type { EventPackages } from '../event-packages.ts'
import { createExpiryQueue, type Expiring, type ExpiryQueue } from '../expiry-queue.ts'
import type { Publications } from '../publications.ts'
import type { Resource } from '../resource.ts'
import type { Resources } from '../resources.ts'
import type { Turn } from '../turn-batch.ts'
import type { Turns } from '../turns.ts'
import { watchedKey, type Watched } from '../watcher-info/watched.ts'
import { publicationOf, takePublication, takePublications } from './publications-elsewhere.ts'
import { reread } from './rereading.ts'

type PublicationChange = Extract<SharedChange, { readonly kind: 'publication' }>

export interface FollowedResourcesParts {
  readonly shared: SharedEventState
  readonly resources: Resources
  readonly publications: Publications
  readonly packages: Pick<EventPackages, 'find' | 'followers'>
  readonly turns: Pick<Turns, 'add'>
  /** The resource's state is another one: its watchers are to hear of it. */
  readonly changed: (resource: Resource) => void
  /** What belongs to the state besides what was published. */
  readonly learn: (followed: Watched) => Promise<void> | undefined
  readonly clock: Clock
  readonly log: Log
}

/** In the queue from the moment on when it may be needed no more. */
interface Followed extends Expiring, Watched {
  /** Present until what is stored is here. */
  pending: Promise<void> | undefined
  /** Heard before that. */
  readonly missed: PublicationChange[]
  /** Milliseconds, both: when it was asked for last, and when somebody published through this member last. */
  usedAt: number
  publishedAt: number
  keepers: number
  /** It is about to be read anew. */
  isUnread: boolean
}

/** Milliseconds until what nobody needs is forgotten: who asked once may ask again. */
const GRACE = 30_000
/** Milliseconds in which it may still be told what was before a publication of our own. */
const ECHO = 30_000
/** Milliseconds until a store that could not be read is read again. */
const AGAIN = 5_000
/** Resources that are read at once when all are. */
const LANES = 16

/** A class: one method leads to the next. */
export class FollowedResources {
  readonly #parts: FollowedResourcesParts
  readonly #followed = new Map<string, Followed>()
  readonly #idle: ExpiryQueue<Followed>
  #stopped = false

  constructor(parts: FollowedResourcesParts) {
    this.#parts = parts
    this.#idle = createExpiryQueue<Followed>(parts.clock, (some) => {
      for (const one of some) this.#leaveUnneeded(one)
    })
  }

  /**
   * Undefined, or resolves: what others have published is here, in the packages too that this one's state is made of.
   * Rejects with StoreUnavailable.
   */
  ready(eventPackage: string, presentity: Aor): MaybePromise<unknown> {
    const { pending } = this.#follow({ eventPackage, presentity })
    const parents = this.#parentsOf(eventPackage)
    if (parents.length === 0) return pending
    const all = parents.map((name) => this.#follow({ eventPackage: name, presentity }).pending)
    return (pending ?? all.find((one) => one !== undefined))
      ? Promise.all([pending, ...all])
      : undefined
  }

  /** The same of this package alone, since something is to be published in it. */
  readyToPublish(eventPackage: string, presentity: Aor): MaybePromise<void> {
    const one = this.#follow({ eventPackage, presentity })
    one.publishedAt = this.#parts.clock.now()
    return one.pending
  }

  /** What others have stored until now is here then. Rejects with StoreUnavailable. */
  async reread(watched: Watched): Promise<void> {
    const { shared, turns } = this.#parts
    const resource = this.#resourceOf(watched)
    if (!resource) return
    await reread(turns, {
      revision: () => resource.revision,
      read: () => shared.publicationsOf(watched.presentity, watched.eventPackage),
      take: (records, turn) => {
        const isOther = takePublications(this.#parts.publications, resource, records)
        this.#concludeTaking(resource, isOther, turn)
      },
    })
  }

  /** What these writes were about. */
  async rereadWritten(writes: readonly EventStateWrite[]): Promise<void> {
    const all = new Map<string, Watched>()
    for (const write of writes) {
      const about = 'put' in write ? write.record : write
      if ('eventPackage' in about) all.set(watchedKey(about), about)
    }
    await Promise.all([...all.values()].map((one) => this.reread(one)))
  }

  /** Something may not have been heard of. */
  async rereadAll(): Promise<void> {
    const all = this.#followed.values()
    const lane = async () => {
      for (const one of all) await this.#rereadOrLater(one)
    }
    await Promise.all(Array.from({ length: LANES }, lane))
  }

  isFollowed(eventPackage: string, presentity: Aor): boolean {
    return this.#followed.has(watchedKey({ eventPackage, presentity }))
  }

  heard(change: PublicationChange): void {
    const one = this.#followed.get(watchedKey(change))
    if (!one) return
    if (one.pending) one.missed.push(change)
    else {
      this.#parts.turns.add((turn) => {
        this.#take(one, change, turn)
      })
    }
  }

  /** Followed until what this gives is called, whoever subscribes to it here. */
  keep(watched: Watched): () => void {
    const one = this.#follow(watched)
    one.keepers++
    return () => {
      one.keepers--
      this.#mayLeave(one)
    }
  }

  /** Somebody has left it. */
  left({ eventPackage, presentity }: Resource): void {
    for (const name of [eventPackage.name, ...this.#parentsOf(eventPackage.name)]) {
      this.#mayLeave(this.#followed.get(watchedKey({ eventPackage: name, presentity })))
    }
  }

  stop(): void {
    this.#stopped = true
    this.#idle.stop()
  }

  #parentsOf(eventPackage: string): readonly string[] {
    const found = this.#parts.packages.find(eventPackage)
    return (found && 'follows' in found && found.follows) || NONE
  }

  #follow({ eventPackage, presentity }: Watched): Followed {
    const key = watchedKey({ eventPackage, presentity })
    const now = this.#parts.clock.now()
    const known = this.#followed.get(key)
    if (known) {
      known.usedAt = now
      return known
    }
    const one = newFollowed({ eventPackage, presentity }, now)
    this.#followed.set(key, one)
    one.pending = this.#load(one)
    // Whoever waits for it hears of a failure.
    one.pending.catch(() => {
      this.#forget(one)
    })
    this.#mayLeave(one)
    return one
  }

  async #load(one: Followed): Promise<void> {
    const { shared, learn, publications, changed } = this.#parts
    const { presentity, eventPackage } = one
    const [records] = await Promise.all([shared.follow(presentity, eventPackage), learn(one)])
    const resource = this.#resourceOf(one)
    const isOther = resource && takePublications(publications, resource, records)
    one.pending = undefined
    if (isOther) changed(resource)
    for (const change of one.missed.splice(0)) this.heard(change)
  }

  #take(one: Followed, { id, record }: PublicationChange, turn: Turn): void {
    const { publications, clock } = this.#parts
    const resource = this.#resourceOf(one)
    if (!resource || !this.#isKnown(one)) return
    // It may have been overtaken by what was published here.
    if (hasOwn(resource) || one.publishedAt + ECHO > clock.now()) this.#rereadSoon(one)
    else {
      const isOther = record
        ? takePublication(publications, resource, record)
        : endPublication(publications, resource, id)
      this.#concludeTaking(resource, isOther, turn)
    }
  }

  #concludeTaking(resource: Resource, isOther: boolean, turn: Turn): void {
    const { resources, changed } = this.#parts
    resources.release(resource)
    if (!isOther) return
    const tell = () => {
      changed(resource)
    }
    turn.answer(tell, tell)
  }

  /** What is heard before it is read is read with it. */
  #rereadSoon(one: Followed): void {
    if (one.isUnread) return
    one.isUnread = true
    this.#parts.turns.add((turn) => {
      const begin = () => {
        one.isUnread = false
        void this.#rereadOrLater(one)
      }
      turn.answer(begin, begin)
    })
  }

  async #rereadOrLater(one: Followed): Promise<void> {
    const { clock, log } = this.#parts
    try {
      await this.reread(one)
    } catch (error) {
      log.warn({ err: error, presentity: one.presentity }, 'what others published is not known')
      clock.after(AGAIN, () => {
        if (!this.#stopped && this.#isKnown(one)) this.#rereadSoon(one)
      })
    }
  }

  #resourceOf({ eventPackage, presentity }: Watched): Resource | undefined {
    const found = this.#parts.packages.find(eventPackage)
    const isPublished = found && 'readPublication' in found
    return isPublished ? this.#parts.resources.obtain(found, presentity) : undefined
  }

  #isKnown(one: Followed): boolean {
    return this.#followed.get(watchedKey(one)) === one
  }

  #mayLeave(one: Followed | undefined): void {
    if (!one || one.place >= 0) return
    one.dueAt = this.#parts.clock.now() + GRACE
    this.#idle.add(one)
  }

  #leaveUnneeded(one: Followed): void {
    if (this.#isNeeded(one)) return
    if (one.pending || one.usedAt + GRACE > this.#parts.clock.now()) this.#mayLeave(one)
    else this.#forget(one)
  }

  #isNeeded({ eventPackage, presentity, keepers }: Followed): boolean {
    const { resources, packages } = this.#parts
    const own = resources.find(eventPackage, presentity)
    if (keepers > 0 || (own && (own.subscriptions.size > 0 || hasOwn(own)))) return true
    return packages
      .followers(eventPackage)
      .some((name) => (resources.find(name, presentity)?.subscriptions.size ?? 0) > 0)
  }

  #forget(one: Followed): void {
    const { shared, resources, publications } = this.#parts
    const { eventPackage, presentity } = one
    if (!this.#isKnown(one)) return
    this.#followed.delete(watchedKey(one))
    this.#idle.remove(one)
    shared.unfollow(presentity, eventPackage)
    const resource = resources.find(eventPackage, presentity)
    if (!resource) return
    for (const publication of [...resource.publications.values()]) {
      if (!publication.isOwn) publications.remove(resource, publication)
    }
    resources.release(resource)
  }
}

const NONE: readonly string[] = []

function newFollowed({ eventPackage, presentity }: Watched, now: number): Followed {
  return {
    ...{
      eventPackage,
      presentity: detachedText(presentity) as Aor,
      pending: undefined,
      missed: [],
    },
    ...{ usedAt: now, publishedAt: 0, keepers: 0, isUnread: false, dueAt: now, place: -1 },
  }
}

function hasOwn({ publications }: Resource): boolean {
  for (const { isOwn } of publications.values()) if (isOwn) return true
  return false
}

function endPublication(publications: Publications, resource: Resource, id: string): boolean {
  const gone = publicationOf(resource, id)
  if (gone) publications.end(resource, gone)
  return gone !== undefined
}
