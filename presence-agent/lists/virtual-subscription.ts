/** Virtual subscription: what a list subscriber gets of one resource of the list. RFC 4662 §4, §5.5. */
import type { ListedAddress } from '../../core/model/list-flattening.ts'
import type { MaybePromise } from '../../core/model/maybe-promise.ts'

export interface VirtualSubscription {
  /** Resolved when it is known how it stands, as far as this server can know by itself. */
  readonly ready: MaybePromise<void>
  /** Undefined: its state is not known yet. */
  standing(): Standing | undefined
  /** Of an active one; undefined: it is not known after all. Never rejects. */
  body(): MaybePromise<VirtualBody | undefined>
  /** The subscriber has asked again: what was in vain is tried once more. */
  renew(): void
  /** Nothing more is wanted of it. */
  close(): void
}

export type Standing =
  | { readonly state: 'active' | 'pending' }
  | { readonly state: 'terminated'; readonly reason: string }

export interface VirtualBody {
  readonly text: string
  readonly contentType: string
}

/** A resource of a list. */
export interface ListedMember {
  readonly address: ListedAddress
  readonly virtual: VirtualSubscription
}

/** Of a resource of which nothing can be known here. */
export const UNKNOWN: VirtualSubscription = {
  ready: undefined,
  standing: () => undefined,
  body: () => undefined,
  renew: () => undefined,
  close: () => undefined,
}
