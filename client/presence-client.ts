/** Presence client: publishes one's own presence and watches that of others. RFC 3903, RFC 3856. Works in browsers too. */
import type { Watcher } from '../core/documents/watcherinfo.ts'
import { aorUser, type Aor } from '../core/uri/aor.ts'
import { unlessAborted, type Abortable } from './abortable.ts'
import { createAnnouncedIcons, type AnnouncedIcons } from './announced-icons.ts'
import { createBackOff } from './back-off.ts'
import { systemClock, withinMs, type ClientClock } from './client-clock.ts'
import { silentClientLog, type ClientLog } from './client-log.ts'
import { fetchRelationState, type RelationState } from './fetch-relation-state.ts'
import { fetchWatchers } from './fetch-watchers.ts'
import { createIconCache, type IconCache } from './icon-cache.ts'
import { createListeners, type Listeners } from './listeners.ts'
import { newTupleId, pidfFor, type PublishedPresence } from './presence-document.ts'
import { clientClosed, noAnswer } from './presence-error.ts'
import type { PresenceEvents } from './presence-events.ts'
import type { PresenceNotification } from './presence.ts'
import { createPublication, type Publication, type TagKeeper } from './publication.ts'
import { sendPublish } from './publish-request.ts'
import { createDigestCredentials, type DigestCredentials } from './digest-credentials.ts'
import type { SipTransportFactory } from './sip-transport.ts'
import { addressOf } from './sip-js-configuration.ts'
import { createSipUserAgent, type SipUserAgent } from './sip-user-agent.ts'
import {
  createStateReport,
  type StateChange,
  type StateReport,
  type StateReporter,
} from './state-report.ts'
import { watchDocuments, type DocumentNotification, type DocumentWatch } from './watch-documents.ts'
import { watchList, type ListSource, type ListWatch } from './watch-list.ts'
import { watchPresence, type PresenceWatch } from './watch-presence.ts'
import { watchWatchers, type WatcherNotification, type WatcherWatch } from './watch-watchers.ts'
import { createWatch, type Watch } from './watch.ts'

export interface PresenceClient {
  /**
   * Publishes this instead of what was published before, and keeps it so for as long as the client is open.
   * Resolves when the server has taken it; rejects with a PresenceError when the server refuses it for good. Aborted, what
   * was published before goes on to be.
   */
  publish(presence: PublishedPresence, options?: Abortable): Promise<void>
  /** Resolves when nothing is published any more. */
  unpublish(options?: Abortable): Promise<void>
  /**
   * Of a person, or of everybody on a list that has an address.
   * Throws a PresenceError when this is no address, or the client is closed. Aborted, the watch closes and its iteration
   * throws the reason.
   */
  watch(address: string, options?: Abortable): PresenceWatch
  /** Of all of them, by one subscription where the server takes lists. Who is on the list can change. RFC 5367. */
  watch(addresses: readonly string[], options?: Abortable): ListWatch
  /** Who watches one's own presence, and who asks to, as it changes. */
  watchWatchers(options?: Abortable): WatcherWatch
  /**
   * Of documents on the XCAP server that one may read, as `resource-lists/users/sip:alice@example.com/index`, or of all in
   * a folder, whose name ends with `/`: which there are, and then which changes, whoever changes it. RFC 5875.
   */
  watchDocuments(documents: readonly string[], options?: Abortable): DocumentWatch
  /**
   * Who watches one's own presence now, and who waits to be let in: those come first.
   * Rejects with a PresenceError when the server does not say it.
   */
  fetchWatchers(options?: Abortable): Promise<readonly Watcher[]>
  /**
   * How a subscription of one's own to that address stands. `unknown`: nobody there whose presence could be watched.
   * Rejects with a PresenceError when there is no answer, or when this is no address.
   */
  fetchState(address: string, options?: Abortable): Promise<RelationState>
  /** Calls the listener until the function that it gives is called, or the signal is aborted. */
  on<E extends keyof PresenceEvents>(
    event: E,
    listener: (told: PresenceEvents[E]) => void,
    options?: Abortable,
  ): () => void
  /** Connects now instead of at the end of the wait, as when the network is back. Nothing while connected. */
  reconnect(): void
  /** Removes the publication and ends the subscriptions, as far as the server answers within two seconds. */
  close(options?: Abortable): Promise<void>
}

export interface PresenceClientOptions {
  /** One's own address, with or without `sip:`. */
  readonly account: string
  readonly password: string
  /** When the server knows the account by another name. */
  readonly username?: string
  readonly transport: SipTransportFactory
  /** As `on('state')`, from the beginning. */
  readonly onState?: (change: StateChange) => void
  /** Seconds that what is published stands when the client is gone without a word; an hour when absent. */
  readonly publicationLifetime?: number
  /** With it the client goes on with what another published before, instead of publishing beside it. */
  readonly tagKeeper?: TagKeeper
  /** Where lists are brought to; one's own address when absent. RFC 5367 §4. */
  readonly listServer?: string
  /** Where the pictures of `on('icon')` come from; one of its own when absent. */
  readonly icons?: IconCache
  /** As User-Agent tells it. */
  readonly userAgent?: string
  readonly clock?: ClientClock
  readonly log?: ClientLog
}

const PATIENCE_ON_CLOSE_MS = 2000

/** Connects with the first publication or subscription. Throws a PresenceError when the account is no SIP address. */
export function createPresenceClient(options: PresenceClientOptions): PresenceClient {
  return new SipPresenceClient(options)
}

class SipPresenceClient implements PresenceClient {
  readonly #account: Aor
  readonly #listServer: Aor
  readonly #clock: ClientClock
  readonly #credentials: DigestCredentials
  readonly #listeners: Listeners<PresenceEvents>
  readonly #icons: AnnouncedIcons
  readonly #report: StateReport
  readonly #agent: SipUserAgent
  readonly #publication: Publication
  readonly #watches = new Set<Pick<Watch<unknown>, 'close'>>()
  readonly #tupleId = newTupleId()
  #closed = false

  constructor(options: PresenceClientOptions) {
    const { password, transport, userAgent = 'Visage', log = silentClientLog } = options
    const account = addressOf(options.account)
    const username = options.username ?? aorUser(account)
    const credentials = createDigestCredentials({ username, password })
    const clock = options.clock ?? systemClock
    const agent = createSipUserAgent({ account, credentials, transport, clock, userAgent, log })
    const listeners = createListeners<PresenceEvents>(log)
    if (options.onState) listeners.on('state', options.onState)
    const report = createStateReport((change) => {
      listeners.tell('state', change)
    })
    reportConnection(agent, report.about('connection'))
    this.#account = account
    this.#listServer = options.listServer === undefined ? account : addressOf(options.listServer)
    this.#clock = clock
    this.#credentials = credentials
    this.#listeners = listeners
    this.#icons = iconsFor(listeners, options.icons ?? createIconCache())
    this.#report = report
    this.#agent = agent
    this.#publication = createPublication({
      agent,
      send: (request) => sendPublish(agent, credentials, { presentity: account, ...request }),
      clock,
      backOff: createBackOff(),
      events: report.about('publication'),
      lifetime: options.publicationLifetime,
      tagKeeper: options.tagKeeper,
    })
  }

  publish(presence: PublishedPresence, options?: Abortable): Promise<void> {
    const document = pidfFor({ ...presence, entity: this.#account, tupleId: this.#tupleId })
    return this.#publication.publish(document, options?.signal)
  }

  unpublish(options?: Abortable): Promise<void> {
    return this.#publication.remove(options?.signal)
  }

  watch(address: string, options?: Abortable): PresenceWatch
  watch(addresses: readonly string[], options?: Abortable): ListWatch
  watch(watched: string | readonly string[], options?: Abortable): PresenceWatch {
    return typeof watched === 'string'
      ? this.#watchOne(addressOf(watched), options)
      : this.#watchList(watched, options)
  }

  #watchOne(presentity: Aor, options: Abortable | undefined): PresenceWatch {
    const watched = { ...this.#fetching(), presentity, report: this.#report.about(presentity) }
    return this.#kept({
      presentity,
      open: (sink) => watchPresence(watched, sink),
      told: this.#toldPresence,
      signal: options?.signal,
    })
  }

  #watchList(addresses: readonly string[], options: Abortable | undefined): ListWatch {
    const presentity = this.#listServer
    const watched = { ...this.#fetching(), server: presentity, report: this.#report }
    let list: ListSource | undefined
    const watch = this.#kept<PresenceNotification>({
      presentity,
      open: (sink) => (list = watchList(watched, addresses, sink)),
      told: this.#toldPresence,
      signal: options?.signal,
    })
    return {
      ...watch,
      setMembers: (members) => {
        list?.setMembers(members)
      },
    }
  }

  readonly #toldPresence = (notification: PresenceNotification): void => {
    this.#listeners.tell('presence', notification)
    this.#icons.heard(notification)
  }

  watchWatchers(options?: Abortable): WatcherWatch {
    const presentity = this.#account
    const watched = { ...this.#fetching(), presentity, report: this.#report.about('watchers') }
    return this.#kept<WatcherNotification>({
      presentity,
      open: (sink) => watchWatchers(watched, sink),
      told: (notification) => {
        this.#listeners.tell('watcher', notification)
      },
      signal: options?.signal,
    })
  }

  watchDocuments(documents: readonly string[], options?: Abortable): DocumentWatch {
    const presentity = this.#account
    const report = this.#report.about('documents')
    return this.#kept<DocumentNotification>({
      presentity,
      open: (sink) => watchDocuments({ ...this.#fetching(), presentity, documents, report }, sink),
      told: (notification) => {
        this.#listeners.tell('document', notification)
      },
      signal: options?.signal,
    })
  }

  #kept<T>(parts: Omit<Parameters<typeof createWatch<T>>[0], 'ended'>): Watch<T> {
    const watch = createWatch<T>({ ...parts, ended: () => this.#watches.delete(watch) })
    this.#watches.add(watch)
    return watch
  }

  async fetchWatchers(options?: Abortable): Promise<readonly Watcher[]> {
    return fetchWatchers({ ...this.#fetching(), account: this.#account, ...options })
  }

  async fetchState(address: string, options?: Abortable): Promise<RelationState> {
    return fetchRelationState({ ...this.#fetching(), presentity: addressOf(address), ...options })
  }

  #fetching() {
    if (this.#closed) throw clientClosed('nothing can be asked')
    return { agent: this.#agent, credentials: this.#credentials, clock: this.#clock }
  }

  on<E extends keyof PresenceEvents>(
    event: E,
    listener: (told: PresenceEvents[E]) => void,
    options?: Abortable,
  ): () => void {
    const off = this.#listeners.on(event, listener, options)
    if (event === 'icon') this.#icons.wanted()
    return off
  }

  reconnect(): void {
    this.#agent.reconnect()
  }

  async close(options?: Abortable): Promise<void> {
    this.#closed = true
    this.#icons.close()
    // What others would go on seeing goes first: a page that is left has time for little.
    const farewells = this.#agent.connected ? [this.#publication.remove()] : []
    for (const watch of this.#watches) farewells.push(watch.close())
    const farewell = Promise.allSettled(farewells)
    try {
      await unlessAborted(withinMs(PATIENCE_ON_CLOSE_MS, farewell, this.#clock), options?.signal)
    } finally {
      this.#publication.stop()
      await this.#agent.close()
    }
  }
}

function iconsFor(listeners: Listeners<PresenceEvents>, icons: IconCache): AnnouncedIcons {
  return createAnnouncedIcons({
    icons,
    isWanted: () => listeners.has('icon'),
    tell: (icon) => {
      listeners.tell('icon', icon)
    },
  })
}

function reportConnection(agent: SipUserAgent, connection: StateReporter): void {
  agent.listen({
    opened: connection.up,
    lost: (reason, retryInMs) => {
      connection.failed(noAnswer('not connected', reason.message), retryInMs)
    },
  })
}
