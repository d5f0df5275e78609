/** Shared event state: what several members (worker processes, nodes) on one store tell each other of publications, watchers and bindings. */
import type { Aor } from '../uri/aor.ts'
import type { BindingRecord, PublicationRecord, SubscriptionRecord } from './event-state.ts'

/**
 * A member keeps in memory only what it follows: what was published to a presentity that it has watchers of, or that somebody
 * publishes to through it. Everybody writes to the store, whose compare-and-swap decides; the rest is told afterwards.
 */
export interface SharedEventState {
  /**
   * The publications as they are stored now, those that are over left out. From then on, until `unfollow`, the listener hears
   * whenever another member has written to them. Rejects with StoreUnavailable.
   */
  follow(presentity: Aor, eventPackage: string): Promise<readonly PublicationRecord[]>
  unfollow(presentity: Aor, eventPackage: string): void
  /** Read anew, without following. */
  publicationsOf(presentity: Aor, eventPackage: string): Promise<readonly PublicationRecord[]>
  /** Subscriptions that other members hold, waiting watchers among them, those that are over left out; for watcher info. RFC 3857 */
  watchersOf(presentity: Aor, eventPackage: string): Promise<readonly HeldSubscription[]>
  bindingsOf(aor: Aor): Promise<readonly BindingRecord[]>
  /**
   * Takes over a subscription that another member holds, since its watcher's requests come here now; undefined: nobody holds it.
   * The other hears of it, and forgets it without a word to the watcher; what it still writes of it is left out.
   */
  adopt(id: string): Promise<SubscriptionRecord | undefined>
  /** Hears what other members have stored, after it is stored, in order for each record. Nothing of its own writes. */
  subscribe(listener: (change: SharedChange) => void): () => void
}

export interface HeldSubscription extends SubscriptionRecord {
  /** The member that holds it: the name of a node, or the number of a worker. */
  readonly holder: string
}

export type SharedChange =
  /** Something was published, refreshed or removed; told of what is followed. The record is absent: it is gone. */
  | {
      readonly kind: 'publication'
      readonly presentity: Aor
      readonly eventPackage: string
      readonly id: string
      readonly record?: PublicationRecord
    }
  /** The watchers that another member has of a presentity are others now; told of what is followed. */
  | { readonly kind: 'watchers'; readonly presentity: Aor; readonly eventPackage: string }
  | { readonly kind: 'bindings'; readonly aor: Aor }
  /** A subscription of this member was taken over by another. */
  | { readonly kind: 'adopted'; readonly id: string }
  /** Changes may have been missed: everything that is followed must be read anew. */
  | { readonly kind: 'gap' }
