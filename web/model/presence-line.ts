/** The page's line to everybody's presence: it is opened until it stands, and opens again what the server ended. */
import type { ClientClock } from '../../client/client-clock.ts'
import type { PresenceNotification, PublishedPresence, StateChange } from '../../client/index.ts'
import type { LivePresence } from './live-presence.ts'
import type { WatcherNews } from './watcher-board.ts'

export interface PresenceLine {
  publish(presence: PublishedPresence): Promise<void>
  /** Watches exactly these people. */
  watch(addresses: readonly string[]): void
  reconnect(): void
  close(): Promise<void>
}

interface PresenceLineParts {
  /** Loads the code for it; rejects when it cannot be loaded. */
  readonly open: (onState: (change: StateChange) => void) => Promise<LivePresence>
  readonly clock: ClientClock
  readonly onState: (change: StateChange) => void
  readonly onPresence: (told: PresenceNotification) => void
  readonly onWatcher: (news: WatcherNews) => void
  /** XCAP documents that are watched, as folders below the root. */
  readonly documents: readonly string[]
  /** One of them is told of: it may have changed. */
  readonly onDocument: () => void
}

const LOAD_AGAIN_SECONDS = 5
/** A server that ends a subscription for good is asked again all the same: the page stays open for days. */
const ASK_AGAIN_MS = 60_000

export function openPresenceLine(parts: PresenceLineParts): PresenceLine {
  return new LoadedLine(parts)
}

class LoadedLine implements PresenceLine {
  readonly #parts: PresenceLineParts
  readonly #opened: Promise<LivePresence>
  #presence: LivePresence | undefined
  #list: ReturnType<typeof watchAll> | undefined
  #members: readonly string[] = []
  #load: () => void = () => undefined
  #isClosed = false

  constructor(parts: PresenceLineParts) {
    this.#parts = parts
    this.#opened = new Promise((resolve) => {
      this.#load = () => {
        this.#attempt().then(resolve, () => {
          this.#again()
        })
      }
    })
    this.#load()
  }

  async publish(presence: PublishedPresence): Promise<void> {
    await (await this.#opened).publish(presence)
  }

  watch(addresses: readonly string[]): void {
    this.#members = addresses
    if (this.#list) this.#list.setMembers(addresses)
    else if (this.#presence) this.#list = watchAll(this.#presence, addresses)
  }

  reconnect(): void {
    if (this.#presence) this.#presence.reconnect()
    else this.#load()
  }

  async close(): Promise<void> {
    this.#isClosed = true
    await this.#presence?.close()
  }

  async #attempt(): Promise<LivePresence> {
    const presence = await this.#parts.open((change) => {
      this.#told(change)
    })
    // Two attempts may have been under way, and the page may have been left meanwhile.
    if (this.#presence || this.#isClosed) return presence
    this.#presence = presence
    presence.on('presence', this.#parts.onPresence)
    presence.on('watcher', this.#parts.onWatcher)
    presence.on('document', this.#parts.onDocument)
    presence.watchWatchers()
    presence.watchDocuments(this.#parts.documents)
    if (this.#members.length > 0) this.#list = watchAll(presence, this.#members)
    return presence
  }

  #again(): void {
    const { clock, onState } = this.#parts
    if (this.#isClosed) return
    onState({ about: 'connection', state: 'down', retryInSeconds: LOAD_AGAIN_SECONDS })
    clock.after(LOAD_AGAIN_SECONDS * 1000, () => {
      if (!this.#presence && !this.#isClosed) this.#load()
    })
  }

  #told(change: StateChange): void {
    this.#parts.onState(change)
    const askAgain = change.state === 'ended' ? this.#endless[change.about] : undefined
    if (!askAgain || this.#isClosed) return
    this.#parts.clock.after(ASK_AGAIN_MS, () => {
      if (this.#presence && !this.#isClosed) askAgain(this.#presence)
    })
  }

  /** By what a state change is about. */
  readonly #endless: Partial<Record<string, (presence: LivePresence) => void>> = {
    list: (presence) => {
      this.#list = watchAll(presence, this.#members)
    },
    watchers: (presence) => {
      presence.watchWatchers()
    },
    documents: (presence) => {
      presence.watchDocuments(this.#parts.documents)
    },
  }
}

function watchAll(presence: LivePresence, addresses: readonly string[]) {
  return presence.watch(addresses)
}
