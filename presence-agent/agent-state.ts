/** What the agent keeps in memory, and what keeps it in order: tables, turns, endings and the sender of NOTIFYs. */
import type { Clock } from '../core/model/clock.ts'
import type { Log } from '../core/model/log.ts'
import type { Domains } from '../core/model/domain.ts'
import type { NeighbourPresence } from '../core/model/neighbour-presence.ts'
import type { AccountStore, DocumentStore, EventStateStore } from '../core/model/stores.ts'
import type { SipEndpoint } from '../core/sip/sip-endpoint.ts'
import { createBackEndCredentials } from './back-end/back-end-credentials.ts'
import { createBackEndSubscriptions } from './back-end/back-end-subscriptions.ts'
import type { AgentPackages, PackageParts } from './packages/agent-packages.ts'
import { reserveCseq } from './notify/cseq-reservation.ts'
import { createEndings } from './endings.ts'
import { createEventPackages } from './event-packages.ts'
import type { AgentLimits } from './limits.ts'
import { createMembership, type Membership, type MembershipParts } from './members/membership.ts'
import { createListDependencies } from './lists/list-dependencies.ts'
import { createNotifyBodies } from './notify/notify-bodies.ts'
import { createNotificationPace } from './notify/notification-pace.ts'
import { createNotifyCounts } from './notify/notify-counts.ts'
import { NotifySender, type NotifySenderOptions } from './notify/notify-sender.ts'
import type { OutboundOptions } from './back-end/outbound-proxy.ts'
import { createRecompositions } from './recompositions.ts'
import type { ReAuthorization } from './rules/re-authorization.ts'
import type { Resource } from './resource.ts'
import { createResourceListServer, type ListServerParts } from './lists/resource-list-server.ts'
import { createResourceChanges } from './resource-changes.ts'
import { createTables, type Tables } from './tables.ts'
import { Turns } from './turns.ts'

export type AgentState = ReturnType<typeof createAgentState>

interface AgentStateOptions {
  readonly sip: SipEndpoint
  readonly eventState: EventStateStore
  readonly documents: Pick<DocumentStore, 'get' | 'ofUsage'>
  readonly accounts: Pick<AccountStore, 'find'>
  readonly domains: Domains
  /** Every absolute URL that the XCAP root has. */
  readonly xcapRootUrls: readonly string[]
  readonly eventPackages: (parts: PackageParts) => AgentPackages
  /** Whether requests from this IP address have been authenticated already. */
  readonly isTrustedPeer: (address: string) => boolean
  /** `throttle`: seconds between two NOTIFYs to one watcher. */
  readonly presence: { readonly throttle: number }
  readonly outbound?: OutboundOptions
  readonly neighbour?: NeighbourPresence
  /** The resource's state is another one. True: so may be who sees it, and it is changed again when that is decided. */
  readonly published: (resource: Resource) => boolean
  /** Asked for when something is added. */
  readonly reAuthorization: () => Pick<ReAuthorization, 'added' | 'generation'>
  readonly limits: AgentLimits
  readonly clock: Clock
  readonly log: Log
}

function createBackEnds({ outbound, ...options }: AgentStateOptions) {
  const credentials = outbound?.credentials && createBackEndCredentials(outbound.credentials)
  return createBackEndSubscriptions({ ...options, proxy: outbound?.proxy, credentials })
}

/** The packages, and the lists of those that can be listed. */
function createPackages(
  options: AgentStateOptions,
  tables: Tables,
  parts: Pick<ListServerParts, 'bodies' | 'turns' | 'backEnds' | 'endings'> &
    Pick<PackageParts, 'recompositions'>,
) {
  const { recompositions } = parts
  const { presence, all } = options.eventPackages({ ...tables, recompositions })
  const dependencies = createListDependencies()
  const given = { ...options, ...tables, ...parts, eventPackages: all, dependencies }
  const lists = createResourceListServer(given)
  const packages = createEventPackages(all, lists.packages)
  return { lists, dependencies, packages, presencePackage: presence }
}

export function createAgentState(options: AgentStateOptions) {
  const { eventState, clock, log } = options
  const [bodies, backEnds] = [createNotifyBodies(), createBackEnds(options)]
  const agent = (): MembershipParts => ({ ...options, ...state })
  const membership = eventState.shared && createMembership(eventState.shared, log, agent)
  const turns: Turns = new Turns({ eventState, turnDone, clock, log, ...reReading(membership) })
  const ends = { turns, endings: () => endings, membership }
  const tables = createTables({
    ...{ ...options, ...ends },
    tell: (subscription) => {
      sender.tell(subscription, 'soon')
    },
  })
  const { changed, recompose } = createResourceChanges({
    ...{ ...options, ...tables, bodies, turns },
    told: () => ({ packages, sender }),
  })
  const made = { bodies, backEnds, recompositions: createRecompositions(clock, recompose) }
  const { packages, ...rest } = createPackages(options, tables, { ...ends, ...made })
  const { pace, sender, notifyCounts } = createSender(options, {
    ...{ bodies, began: () => turns.began },
    gone: (subscription) => {
      turns.add(endings.watcherGone(subscription))
    },
    reserveCseq: (subscription) => {
      turns.add(reserveCseq(subscription, tables.subscriptions, sender))
    },
  })
  const endings = createEndings({ ...options, ...tables, sender, changed })

  function turnDone(): void {
    sender.flush()
    tables.resources.sweep()
  }
  function stop(): void {
    stopAll([backEnds, sender, pace, made.recompositions, ...stoppable(tables)])
  }
  const told = { packages, bodies, pace, sender, notifyCounts, endings }
  const state = { ...tables, ...rest, ...ends, ...told, backEnds, changed, recompose, stop }
  return state
}

function reReading(membership: Membership | undefined) {
  return membership ? { reread: membership.reread } : {}
}

function stopAll(parts: readonly { stop(): void }[]): void {
  for (const part of parts) part.stop()
}

function stoppable({ publications, subscriptions, watchers, bindings }: Tables) {
  return [publications, subscriptions, watchers, bindings]
}

function createSender(
  options: AgentStateOptions,
  parts: Pick<NotifySenderOptions, 'bodies' | 'began' | 'gone' | 'reserveCseq'>,
) {
  const pace = createNotificationPace({
    clock: options.clock,
    throttle: () => options.presence.throttle * 1000,
    silent: (subscriptions) => {
      sender.remind(subscriptions)
    },
  })
  const counts = createNotifyCounts()
  const sender = new NotifySender({ ...options, ...parts, pace, counts })
  return { pace, sender, notifyCounts: counts }
}
