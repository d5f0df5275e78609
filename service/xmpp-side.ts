/** The XMPP gateway on this service's store and configuration. */
import type { NeighbourPresence } from '../core/model/neighbour-presence.ts'
import type { PresenceSource } from '../core/model/presence-source.ts'
import { createXmppGateway } from '../xmpp-gateway/create-xmpp-gateway.ts'
import type { ReportGateway } from '../xmpp-gateway/gateway-report.ts'
import type { Closers } from './closers.ts'
import type { Ground } from './ground.ts'
import { createIconLocks } from './people/icon-locks.ts'
import { shownStore } from './people/shown-store.ts'

/** Both need each other: the agent is made with `neighbour`, and given to the gateway before it answers anybody. */
export interface XmppSide {
  readonly neighbour: NeighbourPresence
  /** Takes up what was known before a restart. */
  start(source: PresenceSource): Promise<void>
  /** For the operator. */
  readonly report: ReportGateway
  /** Connects, once the presence agent has started. */
  open(closers: Closers): void
}

/** Undefined: no XMPP server is configured. */
export async function createXmpp(ground: Ground): Promise<XmppSide | undefined> {
  const { configuration } = ground
  const store = shownStore(ground.store)
  const { xmpp, limits, icons, log } = configuration
  const { component, secret, host, port } = xmpp
  if (component.length === 0 || secret === undefined) return undefined
  const late = lateSource()
  const gateway = createXmppGateway({
    ...{ ...ground, ...store, ...xmpp },
    components: component,
    server: { host, port, secret },
    contactDomains: xmpp.domains,
    domains: ground.domains,
    trace: log.level === 'debug',
    limits: {
      pairs: limits.xmppContacts,
      pairsPerPerson: limits.xmppContactsPerUser,
      maxPixels: icons.maxPixels,
      documentBytes: limits.documentBytes,
    },
    allowance: { documents: limits.documentsPerUser, bytes: limits.bytesPerUser },
    source: late.source,
    isIconLocked: createIconLocks(store).isLocked,
    iconTokenKey: await store.secrets.secret('icon-token'),
    log: ground.log,
  })
  return {
    neighbour: gateway.neighbour,
    report: gateway.report,
    start(source) {
      late.is(source)
      return gateway.start()
    },
    open(closers) {
      closers.add('the XMPP gateway', () => gateway.stop())
      gateway.open()
    },
  }
}

/** Stands for a source that is not there yet. */
function lateSource(): { source: PresenceSource; is: (source: PresenceSource) => void } {
  let real: PresenceSource | undefined
  const there = () => {
    if (!real) throw new Error('There is no presence agent yet')
    return real
  }
  return {
    source: {
      watch: (...asked) => there().watch(...asked),
      publish(...told) {
        there().publish(...told)
      },
      reconsider(...told) {
        there().reconsider(...told)
      },
      exists: (...asked) => there().exists(...asked),
    },
    is(source) {
      real = source
    },
  }
}
