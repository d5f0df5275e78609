/** Presence client: publishes one's own presence and watches that of others. RFC 3903, RFC 3856. Works in browsers too. */
import type { Watcher } from '../core/documents/watcherinfo.ts'
import { aorUser, parseAor, type Aor } from '../core/uri/aor.ts'
import { createBackOff } from './back-off.ts'
import { systemClock, type ClientClock } from './client-clock.ts'
import { silentClientLog, type ClientLog } from './client-log.ts'
import { fetchRelationState, type RelationState } from './fetch-relation-state.ts'
import { fetchWatchers } from './fetch-watchers.ts'
import { pidfFor, type PublishedPresence } from './presence-document.ts'
import { noAnswer, PresenceError } from './presence-error.ts'
import { createPublication, type Publication } from './publication.ts'
import { sendPublish } from './publish-request.ts'
import { createDigestCredentials, type DigestCredentials } from './digest-credentials.ts'
import type { SipTransportFactory } from './sip-transport.ts'
import { isSipAddress } from './sip-js-configuration.ts'
import { createSipUserAgent, type SipUserAgent } from './sip-user-agent.ts'
import {
  createStateReport,
  type StateChange,
  type StateReport,
  type StateReporter,
} from './state-report.ts'
import { watchPresence, type PresenceWatch } from './watch-presence.ts'
import { watchWatchers, type WatcherWatch } from './watch-watchers.ts'
import type { Watch } from './watch.ts'

export interface PresenceClient {
  /**
   * Publishes this instead of what was published before, and keeps it so for as long as the client is open.
   * Resolves when the server has taken it; rejects with a PresenceError when the server refuses it for good.
   */
  publish(presence: PublishedPresence): Promise<void>
  /** Resolves when nothing is published any more. */
  unpublish(): Promise<void>
  /**
   * Of a person, or of everybody on a list that has an address.
   * Throws a PresenceError when this is no address.
   */
  watch(address: string): PresenceWatch
  /** Who watches one's own presence, and who asks to, as it changes. */
  watchWatchers(): WatcherWatch
  /**
   * Who watches one's own presence now, and who waits to be let in: those come first.
   * Rejects with a PresenceError when the server does not say it.
   */
  fetchWatchers(): Promise<readonly Watcher[]>
  /**
   * How a subscription of one's own to that address stands. `unknown`: nobody there whose presence could be watched.
   * Rejects with a PresenceError when there is no answer, or when this is no address.
   */
  fetchState(address: string): Promise<RelationState>
  /** Removes the publication and ends the subscriptions, as far as the server answers within two seconds. */
  close(): Promise<void>
}

export interface PresenceClientOptions {
  /** One's own address, with or without `sip:`. */
  readonly account: string
  readonly password: string
  /** When the server knows the account by another name. */
  readonly username?: string
  readonly transport: SipTransportFactory
  readonly onState?: (change: StateChange) => void
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
  readonly #clock: ClientClock
  readonly #credentials: DigestCredentials
  readonly #report: StateReport
  readonly #agent: SipUserAgent
  readonly #publication: Publication
  readonly #watches = new Set<Watch<unknown>>()
  readonly #tupleId = newTupleId()

  constructor(options: PresenceClientOptions) {
    const { password, transport, userAgent = 'Visage', log = silentClientLog } = options
    const account = addressOf(options.account)
    const username = options.username ?? aorUser(account)
    const credentials = createDigestCredentials({ username, password })
    const clock = options.clock ?? systemClock
    const agent = createSipUserAgent({ account, credentials, transport, clock, userAgent, log })
    const report = createStateReport(options.onState, log)
    reportConnection(agent, report.about('connection'))
    this.#account = account
    this.#clock = clock
    this.#credentials = credentials
    this.#report = report
    this.#agent = agent
    this.#publication = createPublication({
      agent,
      send: (request) => sendPublish(agent, credentials, { presentity: account, ...request }),
      clock,
      backOff: createBackOff(),
      events: report.about('publication'),
    })
  }

  publish(presence: PublishedPresence): Promise<void> {
    const document = pidfFor({ ...presence, entity: this.#account, tupleId: this.#tupleId })
    return this.#publication.publish(document)
  }

  unpublish(): Promise<void> {
    return this.#publication.remove()
  }

  watch(address: string): PresenceWatch {
    const presentity = addressOf(address)
    const watching = { presentity, report: this.#report.about(presentity) }
    return this.#kept((ended) => watchPresence({ ...this.#fetching(), ...watching, ended }))
  }

  watchWatchers(): WatcherWatch {
    const watching = { presentity: this.#account, report: this.#report.about('watchers') }
    return this.#kept((ended) => watchWatchers({ ...this.#fetching(), ...watching, ended }))
  }

  #kept<W extends Watch<unknown>>(open: (ended: () => void) => W): W {
    const watch = open(() => this.#watches.delete(watch))
    this.#watches.add(watch)
    return watch
  }

  fetchWatchers(): Promise<readonly Watcher[]> {
    return fetchWatchers({ ...this.#fetching(), account: this.#account })
  }

  async fetchState(address: string): Promise<RelationState> {
    return fetchRelationState({ ...this.#fetching(), presentity: addressOf(address) })
  }

  #fetching() {
    return { agent: this.#agent, credentials: this.#credentials, clock: this.#clock }
  }

  async close(): Promise<void> {
    const farewells = [...this.#watches].map((watch) => watch.close())
    if (this.#agent.connected) farewells.push(this.#publication.remove())
    await withinMs(PATIENCE_ON_CLOSE_MS, Promise.allSettled(farewells), this.#clock)
    this.#publication.stop()
    await this.#agent.close()
  }
}

function reportConnection(agent: SipUserAgent, connection: StateReporter): void {
  agent.listen({
    opened: connection.up,
    lost: (reason, retryInMs) => {
      connection.failed(noAnswer('not connected', reason.message), retryInMs)
    },
  })
}

function addressOf(text: string): Aor {
  const aor = parseAor(text)
  if (aor && isSipAddress(aor)) return aor
  throw new PresenceError(`${text} is no SIP address`, undefined, 'final')
}

/** Differs between the clients of one person, whose documents the server puts together. RFC 3863 §4.1.2. */
function newTupleId(): string {
  const bytes = globalThis.crypto.getRandomValues(new Uint8Array(6))
  return `t${Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')}`
}

async function withinMs(limit: number, work: Promise<unknown>, clock: ClientClock): Promise<void> {
  let cancel: () => void = () => undefined
  const timeUp = new Promise<void>((resolve) => {
    cancel = clock.after(limit, resolve)
  })
  await Promise.race([work, timeUp])
  cancel()
}
