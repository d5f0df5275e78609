/** Event package: what RFC 6665 §5.4 asks a package to define, in its order, and RFC 3903 §10 for those that are published. */
import type { Change } from '../core/model/change-feed.ts'
import type { PublicationRecord, SubscribeContent } from '../core/model/event-state.ts'
import type { MaybePromise } from '../core/model/maybe-promise.ts'
import type { Permissions } from '../core/model/permissions.ts'
import type { Presentity } from '../core/model/presentity.ts'
import type { WatcherProfile } from '../core/model/watcher-profile.ts'
import type { Aor } from '../core/uri/aor.ts'
import type { SubscriptionView } from './subscription-view.ts'

/** Either all watchers of one kind get the same document, or each subscription gets documents of its own. */
export type EventPackage = PublishedPackage | NumberedPackage

interface PackageDefinition {
  /** §5.4.1 */
  readonly name: string
  /** §5.4.4: seconds, where a SUBSCRIBE or PUBLISH names none. */
  readonly defaultDuration: number
  /** §5.4.5: exact Content-Type of every NOTIFY, and the media type that is published. */
  readonly contentType: string
  /** §5.4.6: whether the watcher may subscribe, and to what. */
  authorize(
    presentity: Pick<Presentity, 'aor' | 'domain'>,
    watcher: Aor | undefined,
  ): MaybePromise<Permissions>
}

/** Its state is published, and composed with what is stored elsewhere. */
export interface PublishedPackage extends PackageDefinition {
  /** §5.4.7: whose state something stored elsewhere changes; undefined: nobody's. */
  changedBy(change: Change): Aor | undefined
  /** §5.4.7: the state from which every watcher's body is made. Called once per change, only while somebody watches. */
  compose(resource: ComposerInput): MaybePromise<ComposedState>
  /** RFC 3903 §6 step 5: reads what was published, or says what is wrong with it. */
  readPublication(body: string): { readonly state: unknown } | { readonly problem: string }
  /** How watchers who want so are told only what changed; absent: they are told everything. */
  readonly partial?: PartialForm
  /** What is kept of a publication, where that is not simply what was published. RFC 3903 §6 step 6 */
  accept?(published: PublishedDocument, place: PublicationPlace): PublishedDocument
  /** Whether time alone may change what it says. After a restart such states are composed at once, to learn when. */
  isTimed?(publication: PublicationRecord): boolean
  /** Packages that the state is made of beside its own publications. */
  readonly follows?: readonly string[]
  /** Where a document says its number within the subscription: puts it in. */
  number?(document: string, version: number): string
}

/** A format for a whole document, and for what makes the next one of it. */
export interface PartialForm {
  readonly contentType: string
  /** Gives the text for each version within a subscription. */
  whole(document: string): (version: number) => string
  /** Undefined: the whole document is shorter, or nothing else can say it. */
  difference(before: string, after: string): ((version: number) => string) | undefined
}

/** Its documents carry a version that counts within the subscription, and tell only what changed. Not published. */
export interface NumberedPackage extends PackageDefinition {
  /** Option tag without which its NOTIFYs cannot be understood. RFC 3261 §8.2.2.3 */
  readonly extension?: string
  /** §5.4.3: media types that the body of a SUBSCRIBE may have; absent: it needs none. */
  readonly subscribeContentTypes?: readonly string[]
  /** §5.4.7: what one subscription is told. */
  view(subscriber: Subscriber): SubscriptionView
}

/** Whom a view is for; what may change with a refresh is read when it is needed. */
export interface Subscriber {
  readonly presentity: Aor
  readonly watcher: Aor | undefined
  readonly permissions: Permissions
  /** The Event header field, with its parameters. */
  readonly event: string
  readonly accept: readonly string[]
  readonly profile: WatcherProfile
  /** The body of the last SUBSCRIBE that had one. */
  readonly content: SubscribeContent | undefined
}

export interface PublishedDocument {
  readonly text: string
  /** What readPublication made of the text. */
  readonly state: unknown
}

/** Whose publication it is, and what stood there before. */
export interface PublicationPlace {
  readonly presentity: Aor
  readonly before: PublishedState | undefined
}

export interface ComposerInput {
  readonly presentity: Aor
  readonly publications: Iterable<PublishedState>
}

export interface PublishedState {
  readonly record: PublicationRecord
  /** What readPublication made of the record's body, as long as it is at hand. */
  readonly state?: unknown
}

/** Says the composed state to watchers of one kind, as the body of a NOTIFY. */
export type ComposedState = (permissions: Permissions, profile: WatcherProfile) => string
