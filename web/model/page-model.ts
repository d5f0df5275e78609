/** What the page shows and what a person can do on it, apart from how it looks. */
import type { ReadonlySignal } from '@preact/signals'

export interface PageModel {
  readonly me: Me
  readonly myPicture: MyPicture
  readonly publicCard: PublicCard
  readonly connection: ReadonlySignal<Connection>
  /**
   * Contacts with their groups, in the order of the list; drawn before anybody's presence is known.
   * Undefined: the list was not read yet, so that nobody is told to be without contacts who has some.
   */
  readonly groups: ReadonlySignal<readonly BuddyGroup[] | undefined>
  /** Who asks to see me and was not answered. */
  readonly requests: ReadonlySignal<readonly WatchRequest[]>
  /** Who watches me now, or was refused. */
  readonly watchers: ReadonlySignal<readonly SeenWatcher[]>
  /** What of a contact's presence is known: one signal per address, so that one NOTIFY redraws one row. */
  presenceOf(address: string): ReadonlySignal<BuddyPresence>

  /** All actions reject with an Error whose message is for the person. */
  addContact(contact: { address: string; name?: string; group?: string }): Promise<void>
  removeContact(address: string): Promise<void>
  /** Puts a contact into exactly these groups, one at least. */
  setGroups(address: string, groups: readonly string[]): Promise<void>
  renameContact(address: string, name: string): Promise<void>
  decide(address: string, handling: WatcherHandling): Promise<void>
  publish(status: MyStatus): Promise<void>
  /** Tries to connect now instead of at the end of the wait. */
  reconnect(): void
  signOut(): Promise<void>
}

interface Me {
  /** `sip:alice@example.com` */
  readonly address: string
  readonly name: ReadonlySignal<string>
  readonly status: ReadonlySignal<MyStatus>
  /** URL of my picture, undefined: I have none. */
  readonly icon: ReadonlySignal<string | undefined>
}

/** My pictures on the server, over HTTP: they can be changed while presence is not connected. */
export interface MyPicture {
  /**
   * Stores it: from then on it is my picture, unless it waits. `onProgress`: the part of it that has left, 0 to 1.
   * Rejects with `PictureRefused` or with the signal's reason.
   */
  store(
    image: Blob,
    options?: { signal?: AbortSignal; onProgress?: (part: number) => void },
  ): Promise<StoredPicture>
  /** Every one, also one that waits: else the one before would be shown again, or another one some day. */
  removeAll(): Promise<void>
  /** Whether one waits for an administrator's approval. Rejects with `PictureRefused`. */
  isWaiting(): Promise<boolean>
}

interface StoredPicture {
  /** Others see it only when an administrator has approved it. */
  readonly waits: boolean
}

/** The page about me that everybody may see without signing in, when I want it. */
export interface PublicCard {
  /** Where it stands, as `/u/alice@example.com`. */
  readonly path: string
  /** Undefined: not known yet, or not offered by this server. */
  readonly shown: ReadonlySignal<boolean | undefined>
  show(wanted: boolean): Promise<void>
}

export interface MyStatus {
  readonly basic: 'open' | 'closed'
  /** A name of RFC 4480 §3.2, as `busy`, `away`. */
  readonly activity?: string
  readonly note: string
}

/** `retryAt`: milliseconds since the epoch; infinite while the browser itself knows of no network. */
export type Connection =
  | { readonly state: 'connecting' }
  | { readonly state: 'up' }
  | { readonly state: 'down'; readonly reason: string; readonly retryAt: number }
  /** Signing in again is needed. */
  | { readonly state: 'over'; readonly reason: string }

export interface BuddyGroup {
  /** Empty: on no group. */
  readonly name: string
  readonly buddies: readonly Buddy[]
}

export interface Buddy {
  /** `sip:bob@example.com` */
  readonly address: string
  readonly name: string
  readonly groups: readonly string[]
  /** What my rules let them see; absent: the server's policy decides. */
  readonly handling?: WatcherHandling | 'confirm'
}

export interface BuddyPresence {
  /** `pending`: they have not let me in; `unknown`: nothing was told yet. */
  readonly subscription: 'unknown' | 'pending' | 'active' | 'terminated'
  /** Why it ended, as the server names it; `noresource`: nobody has this address. RFC 6665 §4.1.3. */
  readonly reason?: string
  readonly basic: 'open' | 'closed' | null
  readonly activities: readonly string[]
  readonly note: string | null
  /** URL of the picture, null: there is none. */
  readonly icon: string | null
}

export interface WatchRequest {
  readonly address: string
  readonly name: string
}

export interface SeenWatcher {
  readonly address: string
  readonly name: string
  /** `none`: does not watch me now, but my rules speak of them. */
  readonly status: 'active' | 'pending' | 'none'
  readonly handling?: WatcherHandling | 'confirm'
}

export type WatcherHandling = 'allow' | 'polite-block' | 'block'
