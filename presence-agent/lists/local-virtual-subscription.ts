/** Virtual subscription to somebody of our own domains: a watcher like any other, without a dialog. RFC 4662 §4, §7.2. */
import type { Domains } from '../../core/model/domain.ts'
import type { Log } from '../../core/model/log.ts'
import { rejectInstead, whenReady, type MaybePromise } from '../../core/model/maybe-promise.ts'
import type { Permissions } from '../../core/model/permissions.ts'
import { resolvePresentity, type Presentity } from '../../core/model/presentity.ts'
import type { AccountStore } from '../../core/model/stores.ts'
import { randomToken } from '../../core/sip/random-token.ts'
import type { Aor } from '../../core/uri/aor.ts'
import type { Endings } from '../endings.ts'
import type { PublishedPackage } from '../event-package.ts'
import { isHiddenNumber, learnsWhoExists } from '../known-existence.ts'
import { onAccount, onRulesOf, type ListDependencies } from './list-dependencies.ts'
import { textOf } from '../notify/notify-body.ts'
import type { NotifyBodyStore } from '../notify/notify-bodies.ts'
import type { ReAuthorization } from '../rules/re-authorization.ts'
import type { Hearer, Subscription } from '../resource.ts'
import type { Resources } from '../resources.ts'
import { newSubscription } from '../subscription.ts'
import type { Subscriptions } from '../subscriptions.ts'
import type { Turns } from '../turns.ts'
import type { Standing, VirtualSubscription } from './virtual-subscription.ts'
import type { Watchers } from '../watcher-info/watchers.ts'

/** In whose name it is, and as whose subscription it counts: a list's, or one of somebody in another network. */
export interface VirtualSubscriber extends Pick<
  Subscription,
  'watcher' | 'profile' | 'flow' | 'subscribedAt' | 'dueAt' | 'cseq'
> {
  readonly dialog: Pick<Subscription['dialog'], 'remoteUri'>
}

export interface LocalVirtualParts {
  readonly accounts: Pick<AccountStore, 'find'>
  readonly domains: Domains
  readonly resources: Resources
  readonly subscriptions: Subscriptions
  readonly watchers: Watchers
  readonly bodies: NotifyBodyStore
  readonly turns: Turns
  readonly endings: () => Pick<Endings, 'over' | 'watcherGone'>
  readonly reAuthorization: () => Pick<ReAuthorization, 'added' | 'generation'>
  readonly dependencies: ListDependencies
  readonly log: Log
}

/** What is wanted of one resource. */
export interface WantedResource {
  /** Canonical. */
  readonly address: Aor
  readonly eventPackage: PublishedPackage
  readonly subscriber: VirtualSubscriber
  readonly toldTo: Hearer['kind']
  /** A fetch only wants to know how things are. */
  readonly isFetch: boolean
  readonly changed: () => void
}

type Watched = Pick<Presentity, 'aor' | 'domain'>

/** A class: a list has hundreds of them. */
export class LocalVirtualSubscription implements VirtualSubscription, Hearer {
  readonly kind: Hearer['kind']
  readonly #parts: LocalVirtualParts
  readonly #wanted: WantedResource
  /** Undefined: it cannot be told yet, or it is over. */
  #live: Subscription | undefined
  #over: string | undefined
  #closed = false
  #attempts = 0
  #unfollow = nothingToEnd
  ready: MaybePromise<void>

  constructor(parts: LocalVirtualParts, wanted: WantedResource) {
    this.#parts = parts
    this.#wanted = wanted
    this.kind = wanted.toldTo
    this.ready = this.#begin()
  }

  standing(): Standing | undefined {
    if (this.#over !== undefined) return { state: 'terminated', reason: this.#over }
    if (!this.#live) return undefined
    return { state: this.#live.permissions.handling === 'confirm' ? 'pending' : 'active' }
  }

  /** Of one that stands. */
  get permissions(): Permissions | undefined {
    return this.#live?.permissions
  }

  body(): ReturnType<VirtualSubscription['body']> {
    const live = this.#live
    if (!live) return undefined
    const { bodies, log } = this.#parts
    // Where documents are numbered, that of the NOTIFY which brings them goes up from each to the next, over a restart too.
    live.cseq = this.#wanted.subscriber.cseq
    const made = rejectInstead(() =>
      whenReady(bodies.bodyFor(live), (body) => {
        return body && { text: textOf(body), contentType: body.contentType }
      }),
    )
    if (!(made instanceof Promise)) return made
    return made.catch((error: unknown) => {
      log.warn({ err: error, presentity: live.presentity }, 'there is no body for a list')
      return undefined
    })
  }

  renew(): void {
    const { subscriber } = this.#wanted
    if (this.#live) this.#parts.subscriptions.expireAt(this.#live, subscriber.dueAt)
    else this.#beginAgain()
  }

  close(): void {
    this.#closed = true
    this.#unfollow()
    const live = this.#live
    if (!live) return
    this.#live = undefined
    this.#parts.turns.add(this.#parts.endings().watcherGone(live))
  }

  #beginAgain(): void {
    this.ready = this.#begin()
  }

  /** The store may be slow, and something newer may come in between. */
  #begin(): MaybePromise<void> {
    const attempt = ++this.#attempts
    const isOutdated = () => this.#closed || attempt !== this.#attempts
    const { address, eventPackage, subscriber } = this.#wanted
    const found = rejectInstead(() => resolvePresentity(address, this.#parts, true))
    const settled = whenReady(found, (resolved) => {
      const presentity = resolved ?? this.#silentStranger()
      const { generation } = this.#parts.reAuthorization()
      const permissions = presentity && eventPackage.authorize(presentity, subscriber.watcher)
      return whenReady(permissions, (known) => {
        if (isOutdated()) return
        if (!presentity || !known) this.#end('noresource', address)
        else if (known.handling !== 'allow' && this.#isHidden(resolved))
          this.#end('noresource', presentity.aor)
        else this.#decide(presentity, known, generation)
      })
    })
    if (!(settled instanceof Promise)) return undefined
    const failed = (error: unknown) => {
      this.#parts.log.warn({ err: error, address }, 'a member of a list cannot be looked up')
    }
    return settled.catch(failed).then(() => {
      if (attempt === this.#attempts) this.ready = undefined
    })
  }

  #isHidden(presentity: Presentity | undefined): boolean {
    const { address, subscriber } = this.#wanted
    const told = learnsWhoExists(subscriber.watcher, presentity?.aor, this.#parts.domains)
    return isHiddenNumber({ address, presentity, learnsWhoExists: told })
  }

  /** Nobody of another domain learns that nobody is there. */
  #silentStranger(): Watched | undefined {
    const { address, subscriber } = this.#wanted
    const { domains } = this.#parts
    const domain = domains.of(address)
    const isTold = learnsWhoExists(subscriber.watcher, address, domains)
    return domain && !isTold ? { aor: address, domain } : undefined
  }

  #decide({ aor }: Watched, permissions: Permissions, generation: number): void {
    // Who is shut out has no state here; the rules may change. RFC 5025 §3.2.1
    if (permissions.handling === 'block') this.#end('rejected', aor)
    else this.#open(aor, permissions, generation)
  }

  #end(reason: string, presentity: Aor): void {
    this.#live = undefined
    this.#over = reason
    this.#unfollow()
    const { dependencies } = this.#parts
    this.#unfollow = dependencies.follow([onAccount(presentity), onRulesOf(presentity)], () => {
      this.#beginAgain()
      void whenReady(this.ready, this.#wanted.changed)
    })
  }

  #open(presentity: Aor, permissions: Permissions, generation: number): void {
    const { subscriptions, watchers, turns, resources } = this.#parts
    const { subscriber, isFetch, eventPackage } = this.#wanted
    this.#unfollow()
    this.#over = undefined
    const resource = resources.obtain(eventPackage, presentity)
    const live = newSubscription({
      ...{ resource, permissions, dialog: noDialog(subscriber), heardBy: this },
      ...{ watcher: subscriber.watcher, flow: subscriber.flow, event: eventPackage.name },
      ...{ accept: [eventPackage.contentType], content: undefined },
      ...{ encoding: undefined, condition: undefined },
      profile: subscriber.profile === 'linphone-list' ? 'default' : subscriber.profile,
      subscribedAt: subscriber.subscribedAt,
      dueAt: subscriber.dueAt,
    })
    this.#live = live
    if (isFetch) resources.release(resource)
    else {
      subscriptions.add(live)
      this.#parts.reAuthorization().added(live, generation)
    }
    turns.add((turn) => {
      if (isFetch) watchers.fetched(live, turn)
      else if (subscriptions.has(live)) watchers.began(live, turn)
    })
  }

  heard(live: Subscription): void {
    if (this.#closed || this.#live !== live) return
    if (live.ended) this.#end(live.ended, live.presentity)
    else if (live.permissions.filter) {
      this.#hearOfPart(live)
      return
    }
    this.#wanted.changed()
  }

  /** What changed may be nothing that the rules let the watcher see. RFC 5025 §3.3 */
  #hearOfPart(live: Subscription): void {
    const changed = () => {
      if (!this.#closed && this.#live === live) this.#wanted.changed()
    }
    const compare = (tag: string | undefined) => {
      if (tag !== live.toldTag) changed()
    }
    const tag = rejectInstead(() => this.#parts.bodies.entityTag(live, undefined))
    if (tag instanceof Promise) tag.then(compare, changed)
    else compare(tag)
  }
}

function nothingToEnd(): void {
  // It follows nothing.
}

/** A tag names it among subscriptions; nobody out there knows it. */
function noDialog({ dialog }: VirtualSubscriber): Subscription['dialog'] {
  return {
    callId: '',
    localTag: randomToken() + randomToken(),
    remoteTag: '',
    localUri: '',
    remoteUri: dialog.remoteUri,
    remoteTarget: '',
    routeSet: NO_ROUTES,
    remoteCseq: 0,
  }
}

const NO_ROUTES: readonly string[] = []
