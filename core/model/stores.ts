/** What the servers ask of a store. One contract suite runs on every implementation. */
import type { Aor } from '../uri/aor.ts'
import type { Account } from './account.ts'
import type { BrowserSession } from './browser-session.ts'
import type { ContactPair } from './contact-pair.ts'
import type { Auid, DocumentId, DocumentTree } from './document-id.ts'
import type { EntityTag } from './entity-tag.ts'
import type {
  BindingRecord,
  EventStateWrite,
  PublicationRecord,
  SubscriptionRecord,
} from './event-state.ts'
import type { MaybePromise } from './maybe-promise.ts'
import type { Preconditions } from './preconditions.ts'
import type { SharedEventState } from './shared-event-state.ts'
import type { StatusIcon } from './status-icon.ts'

export interface DocumentMetadata {
  readonly id: DocumentId
  readonly tag: EntityTag
  /** Milliseconds since the epoch. */
  readonly storedAt: number
  /** Rises with every write to the store: of two documents the one with the higher number was stored last. */
  readonly sequence: number
  readonly contentType: string
  /** Of the body, in bytes. */
  readonly size: number
  /** Present on status icons: the image that the document carries. */
  readonly icon?: StatusIcon
}

export interface StoredDocument extends DocumentMetadata {
  readonly body: Uint8Array
}

export interface DocumentContent {
  readonly contentType: string
  /** Kept byte for byte. */
  readonly body: Uint8Array
  /** The decoded image beside the document that carries it; `token` is the name in its `/i/` URL. */
  readonly icon?: StatusIcon & { readonly bytes: Uint8Array; readonly token: string }
}

export type WriteOutcome =
  | { readonly outcome: 'created' | 'replaced' | 'deleted'; readonly tag: EntityTag }
  | { readonly outcome: 'absent' }
  | { readonly outcome: 'precondition-failed'; readonly current?: EntityTag }
  /** Which part of the allowance is used up. */
  | {
      readonly outcome: 'no-room'
      readonly limit: keyof Allowance
      /** Where it was another one than the writer was given: that of the owner's domain. */
      readonly allowance?: Allowance
      /** Used up by all people of the owner's domain together. */
      readonly ofDomain?: true
    }
  /** The image is one that nobody may store. */
  | { readonly outcome: 'banned' }
  /** Stored, under this name and for its owner alone, until an administrator approves it. */
  | { readonly outcome: 'held'; readonly tag: EntityTag; readonly id: DocumentId }

/** What one tree may hold. */
export interface Allowance {
  readonly documents: number
  /** Of all bodies together. */
  readonly bytes: number
}

/** Documents and the images they carry. A write is on the disk when its promise resolves. */
export interface DocumentStore {
  metadata(id: DocumentId): MaybePromise<DocumentMetadata | undefined>
  get(id: DocumentId): MaybePromise<StoredDocument | undefined>
  /**
   * Compare-and-swap: conditions, allowance and write are one step, whoever else writes.
   * What makes a tree no fuller than it is passes every allowance. Without one it is the operator who writes: no limit counts,
   * and nothing waits for approval.
   */
  put(
    id: DocumentId,
    content: DocumentContent,
    conditions: Preconditions,
    allowance?: Allowance,
  ): Promise<WriteOutcome>
  delete(id: DocumentId, conditions: Preconditions): Promise<WriteOutcome>
  /** Every document of a tree, or of one application usage in it, ordered by AUID and path. */
  list(tree: DocumentTree, auid?: Auid): Promise<readonly DocumentMetadata[]>
  /** The documents of one application usage in every tree, as they are when their turn comes; those with an icon are left out. */
  ofUsage(auid: Auid): AsyncIterable<StoredDocument>
  /** The presentity's status icon: of its icon documents the one stored last. */
  currentIcon(owner: Aor): MaybePromise<CurrentIcon | undefined>
  /** Everybody who has an icon document. */
  iconOwners(): AsyncIterable<Aor>
  /** The icon whose announced URL carries this token, as long as it is its owner's current one. */
  iconByToken(token: string): MaybePromise<CurrentIcon | undefined>
  /** The bytes of an image by its SHA-256. */
  image(hash: string): Promise<Uint8Array | undefined>
}

export interface CurrentIcon extends DocumentMetadata {
  readonly icon: StatusIcon
  readonly token: string
}

export interface AccountStore {
  /** By the account's own address or by an alias; the domain must be canonical. */
  find(address: Aor): MaybePromise<Account | undefined>
  /** By what a digest response names. */
  findByUsername(realm: string, username: string): MaybePromise<Account | undefined>
  /** Writes a whole account. `taken`: an alias or a username of it belongs to another account, which is named. */
  put(
    account: Account,
  ): Promise<
    { readonly outcome: 'created' | 'replaced' } | { readonly outcome: 'taken'; readonly by: Aor }
  >
  remove(aor: Aor): Promise<boolean>
  /** Ordered by address; `after`: only those behind this one. */
  list(after?: Aor): AsyncIterable<Account>
  isEmpty(): Promise<boolean>
}

/**
 * Sessions of browsers, which outlive a restart. Nobody who asks for one gets it when its time is over.
 * All of an account end when it is removed or gets other credentials.
 */
export interface SessionStore {
  find(id: string): MaybePromise<BrowserSession | undefined>
  ofAccount(aor: Aor): MaybePromise<readonly BrowserSession[]>
  /**
   * Adds a session, and ends the oldest of the account when it has too many.
   * `no-room`: there are too many of all accounts together.
   */
  add(session: BrowserSession): Promise<'stored' | 'no-room'>
  /** Undefined: it was over before. */
  prolong(id: string, expires: number): Promise<BrowserSession | undefined>
  remove(id: string): Promise<boolean>
  /** Forgets what is over; tells how many there were. */
  sweep(): Promise<number>
}

/**
 * Publications, subscriptions and registrations: written before the 2xx; they survive the process. What is read back is what
 * this member of the service looks after: all there is, or, where several share a store, what it wrote last.
 */
export interface EventStateStore {
  /**
   * One batch: all of it or, on a failure, nothing. Gives those of the writes that were left out because another member had
   * changed the publication since (`replaces` is not its tag any more); never any where nobody shares the store.
   */
  write(writes: readonly EventStateWrite[]): Promise<readonly EventStateWrite[]>
  publications(): AsyncIterable<PublicationRecord>
  subscriptions(): AsyncIterable<SubscriptionRecord>
  bindings(): AsyncIterable<BindingRecord>
  /** Absent: nobody else writes to this store. */
  readonly shared?: SharedEventState
}

/** What a gateway to another network remembers. A write is on the disk when its promise resolves. */
export interface NeighbourStore {
  pairs(): AsyncIterable<ContactPair>
  /** One batch: all of it or nothing. There is one pair of a user and a contact. */
  writePairs(writes: readonly PairWrite[]): Promise<void>
  /** Whom each user had on her contact lists when the gateway looked last. */
  listed(): AsyncIterable<{ readonly user: Aor; readonly contacts: readonly Aor[] }>
  /** Nobody: the record is removed. */
  writeListed(user: Aor, contacts: readonly Aor[]): Promise<void>
  /** What software of this name can do: the verified features by the hash that names them. XEP-0115 */
  capabilities(): AsyncIterable<{ readonly hash: string; readonly features: readonly string[] }>
  rememberCapabilities(hash: string, features: readonly string[]): Promise<void>
}

export type PairWrite =
  { readonly put: ContactPair } | { readonly remove: Pick<ContactPair, 'user' | 'contact'> }

/** Random keys that must outlive a restart: made on first use, the same ever after. */
export interface SecretStore {
  /** 32 bytes. */
  secret(name: 'icon-token' | 'digest-nonce' | 'audit-subject'): Promise<Uint8Array>
}
