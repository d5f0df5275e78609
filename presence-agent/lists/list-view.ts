/** List view: what the subscriber of a list was told of its resources, and what not yet. RFC 4662 §4.5, §5.2. */
import type { ListedAddress } from '../../core/model/list-flattening.ts'
import { rejectInstead, whenReady, type MaybePromise } from '../../core/model/maybe-promise.ts'
import { onDocument, type ListDependencies } from './list-dependencies.ts'
import { listNotification } from './list-notification.ts'
import type { SourcedList } from './list-source.ts'
import { takeResources } from './list-told.ts'
import type { WantedResource } from './local-virtual-subscription.ts'
import type { Subscription, TerminationReason } from '../resource.ts'
import type { NumberedDocument, SubscriptionView } from '../subscription-view.ts'
import type { ListedMember, VirtualSubscription } from './virtual-subscription.ts'

interface ListViewParts {
  readonly subscription: Subscription
  /** The list as it is now. */
  readonly load: () => MaybePromise<SourcedList>
  readonly openMember: (
    uri: string,
    how: Pick<WantedResource, 'isFetch' | 'changed'>,
  ) => VirtualSubscription
  readonly dependencies: ListDependencies
  /** So many resources there are; gives how many of them may be kept. */
  readonly hold: (resources: number) => number
  /** There is no such list any more, or not for this subscriber. */
  readonly end: (reason: TerminationReason) => void
}

/** A class: one method leads to the next. */
export class ListView implements SubscriptionView {
  readonly #parts: ListViewParts
  /** By URI, in the order of the list. */
  #members = new Map<string, ListedMember>()
  #names: SourcedList['names'] = []
  /** URIs of which something is new; those that are no members any more among them. */
  #unsaid = new Set<string>()
  #whole = true
  /** Null: it is still to be begun. */
  #loading: Promise<void> | undefined | null = null
  #loads = 0
  /** As of the last loading. */
  #content: Subscription['content']
  #wake: (() => void) | undefined
  #closed = false
  #unfollow = () => {}

  constructor(parts: ListViewParts) {
    this.#parts = parts
  }

  open(wake: () => void): void {
    this.#closed = false
    this.#wake = wake
    this.#members = new Map()
    this.#reload()
  }

  close(): void {
    this.#closed = true
    this.#wake = undefined
    this.#unfollow()
    for (const { virtual } of this.#members.values()) virtual.close()
  }

  restate(): void {
    this.#whole = true
    if (this.#closed || !this.#wake) return
    // DEVIATION: RFC 5367 §5.1 refuses a list in a refresh; liblinphone brings it with every one. It replaces the one before.
    if (this.#content !== this.#parts.subscription.content) this.#reload()
    else for (const { virtual } of this.#members.values()) virtual.renew()
  }

  next(version: number): MaybePromise<NumberedDocument | undefined> {
    if (this.#loading === null) this.#reload()
    return whenReady(this.#settled(), () => this.#document(version))
  }

  #document(version: number): MaybePromise<NumberedDocument | undefined> {
    const { subscription } = this.#parts
    const fullState = this.#whole
    if (!fullState && this.#unsaid.size === 0) return undefined
    this.#whole = false
    if (fullState) this.#unsaid = new Set(this.#members.keys())
    const untold = { members: this.#members, unsaid: this.#unsaid, fullState }
    return whenReady(takeResources(untold, subscription), (resources) => {
      const uri = subscription.dialog.localUri
      const bareContentIds = subscription.profile === 'linphone-list'
      const names = this.#names
      const list = { uri, version, fullState, names, resources, bareContentIds }
      return { ...listNotification(list), more: this.#unsaid.size > 0 }
    })
  }

  /** When the list and all its members have been looked up. */
  #settled(): MaybePromise<void> {
    if (this.#loading) return this.#loading.then(() => this.#settled())
    const waiting: Promise<void>[] = []
    for (const { virtual } of this.#members.values()) {
      if (virtual.ready instanceof Promise) waiting.push(virtual.ready)
    }
    return waiting.length === 0 ? undefined : Promise.all(waiting).then(() => undefined)
  }

  #reload(): void {
    const load = ++this.#loads
    this.#content = this.#parts.subscription.content
    const { dependencies } = this.#parts
    const revision = dependencies.revision()
    const loading = whenReady(rejectInstead(this.#parts.load), (list) => {
      if (load !== this.#loads || this.#closed) return
      this.#follow(list)
      // What has changed since is not followed yet: once more.
      if (revision !== dependencies.revision()) this.#reload()
      else this.#take(list)
    })
    // What was at hand may have been taken already, and begun anew.
    if (!(loading instanceof Promise)) {
      if (load === this.#loads) this.#loading = undefined
      return
    }
    this.#loading = loading
    const done = (outcome: undefined | null) => {
      if (load === this.#loads) this.#loading = outcome
    }
    loading.then(
      () => {
        done(undefined)
      },
      () => {
        // Whoever waits for the NOTIFY meets the failure, and asks again.
        done(null)
      },
    )
  }

  #follow({ documents }: SourcedList): void {
    this.#unfollow()
    if (!this.#wake) return
    this.#unfollow = this.#parts.dependencies.follow(documents.map(onDocument), () => {
      this.#reload()
    })
  }

  #take(list: SourcedList): void {
    const reason = list.problem && GONE[list.problem]
    if (reason) {
      this.#parts.end(reason)
      return
    }
    if (list.problem && UNREADABLE.has(list.problem)) return
    this.#names = list.names
    const before = this.#members
    // What is beyond the bounds is as if it were not on the list.
    const kept = list.members.slice(0, this.#parts.hold(list.members.length))
    this.#members = new Map(kept.map((one) => [one.uri, this.#member(one, before)]))
    for (const [uri, { virtual }] of before) {
      if (this.#members.has(uri)) continue
      virtual.close()
      this.#note(uri)
    }
  }

  #member(address: ListedAddress, before: ReadonlyMap<string, ListedMember>): ListedMember {
    const { uri, displayName } = address
    const known = before.get(uri)
    if (known?.address.displayName?.text === displayName?.text && known) return known
    this.#note(uri)
    const changed = () => {
      this.#note(uri)
    }
    const isFetch = this.#wake === undefined
    return { address, virtual: known?.virtual ?? this.#parts.openMember(uri, { isFetch, changed }) }
  }

  #note(uri: string): void {
    if (this.#closed) return
    const isQuiet = this.#unsaid.size === 0
    this.#unsaid.add(uri)
    if (isQuiet) this.#wake?.()
  }
}

/** Such a list goes on as it was. */
const UNREADABLE: ReadonlySet<string> = new Set(['malformed', 'too-many-documents'])

/** A list that has become faulty tells what can be had of it; one that is not there is over. */
const GONE: Partial<Record<string, TerminationReason>> = {
  absent: 'noresource',
  foreign: 'rejected',
  'bad-event': 'noresource',
}
