/** Presence client: publishes one's own presence and watches that of others. RFC 3903, RFC 3856. Works in browsers too. */
import { aorUser, parseAor, type Aor } from '../core/uri/aor.ts'
import { createBackOff } from './back-off.ts'
import { systemClock, type ClientClock } from './client-clock.ts'
import { silentClientLog, type ClientLog } from './client-log.ts'
import { pidfFor, type PublishedPresence } from './presence-document.ts'
import { noAnswer, PresenceError } from './presence-error.ts'
import type { PresenceWatch } from './presence-watch.ts'
import { createPublication } from './publication.ts'
import { sendPublish } from './publish-request.ts'
import { createDigestCredentials } from './digest-credentials.ts'
import type { SipTransportFactory } from './sip-transport.ts'
import { createSipUserAgent } from './sip-user-agent.ts'
import { createStateReport, type StateChange } from './state-report.ts'
import { watchPresence } from './watch-presence.ts'

export interface PresenceClient {
  /**
   * Publishes this instead of what was published before, and keeps it so for as long as the client is open.
   * Resolves when the server has taken it; rejects with a PresenceError when the server refuses it for good.
   */
  publish(presence: PublishedPresence): Promise<void>
  /** Resolves when nothing is published any more. */
  unpublish(): Promise<void>
  /** Throws a PresenceError when this is no address. */
  watch(address: string): PresenceWatch
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

/** Connects with the first publication or subscription. Throws a PresenceError when the account is no address. */
export function createPresenceClient(options: PresenceClientOptions): PresenceClient {
  const { password, transport, clock = systemClock, log = silentClientLog } = options
  const account = addressOf(options.account)
  const username = options.username ?? aorUser(account)
  const credentials = createDigestCredentials({ username, password })
  const userAgent = options.userAgent ?? 'Visage'
  const agent = createSipUserAgent({ account, credentials, transport, clock, userAgent, log })
  const report = createStateReport(options.onState, log)
  const publicationReport = report.about('publication')
  const publication = createPublication({
    agent,
    send: (request) => sendPublish(agent, credentials, { presentity: account, ...request }),
    clock,
    backOff: createBackOff(),
    events: publicationReport,
  })
  const watches = new Set<PresenceWatch>()
  const connection = report.about('connection')
  const tupleId = newTupleId()
  agent.listen({
    opened: connection.up,
    lost: (reason, retryInMs) => {
      connection.failed(noAnswer('not connected', reason.message), retryInMs)
    },
  })

  return {
    publish: (presence) => publication.publish(pidfFor({ ...presence, entity: account, tupleId })),
    unpublish: () => publication.remove(),
    watch(address) {
      const presentity = addressOf(address)
      const ended = () => watches.delete(watch)
      const watch = watchPresence({
        agent,
        credentials,
        presentity,
        clock,
        report: report.about(presentity),
        ended,
      })
      watches.add(watch)
      return watch
    },
    async close() {
      const farewells = [...watches].map((watch) => watch.close())
      if (agent.connected) farewells.push(publication.remove())
      await withinMs(PATIENCE_ON_CLOSE_MS, Promise.allSettled(farewells), clock)
      publication.stop()
      await agent.close()
    },
  }
}

function addressOf(text: string): Aor {
  const aor = parseAor(text)
  if (!aor) throw new PresenceError(`${text} is no SIP address`, undefined, 'final')
  return aor
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
