/** What the agent keeps in memory, and what keeps it in order: tables, turns, endings and the sender of NOTIFYs. */
import type { Clock } from '../core/model/clock.ts'
import type { Log } from '../core/model/log.ts'
import type { EventStateStore } from '../core/model/stores.ts'
import type { SipEndpoint } from '../core/sip/sip-endpoint.ts'
import { createBackEndCredentials } from './back-end-credentials.ts'
import { createBackEndSubscriptions } from './back-end-subscriptions.ts'
import { reserveCseq } from './cseq-reservation.ts'
import { createEndings } from './endings.ts'
import type { EventPackage } from './event-package.ts'
import { createEventPackages } from './event-packages.ts'
import type { AgentLimits } from './limits.ts'
import { createNotifyBodies } from './notify-bodies.ts'
import { createNotificationPace } from './notification-pace.ts'
import { NotifySender, type NotifySenderOptions } from './notify-sender.ts'
import type { OutboundOptions } from './outbound-proxy.ts'
import type { Resource } from './resource.ts'
import { createTables, type Tables } from './tables.ts'
import { Turns } from './turns.ts'

export type AgentState = ReturnType<typeof createAgentState>

interface AgentStateOptions {
  readonly sip: SipEndpoint
  readonly eventState: EventStateStore
  readonly eventPackages: (tables: Tables) => readonly EventPackage[]
  /** Whether requests from this IP address have been authenticated already. */
  readonly isTrustedPeer: (address: string) => boolean
  /** `throttle`: seconds between two NOTIFYs to one watcher. */
  readonly presence: { readonly throttle: number }
  readonly outbound?: OutboundOptions
  /** The resource's state is another one. */
  readonly published: (resource: Resource) => void
  readonly limits: AgentLimits
  readonly clock: Clock
  readonly log: Log
}

function createBackEnds({ outbound, ...options }: AgentStateOptions) {
  const credentials = outbound?.credentials && createBackEndCredentials(outbound.credentials)
  return createBackEndSubscriptions({ ...options, proxy: outbound?.proxy, credentials })
}

export function createAgentState(options: AgentStateOptions) {
  const { eventState, clock, limits, log } = options
  const bodies = createNotifyBodies()
  const turns = new Turns({ eventState, turnDone, log })
  const tables = createTables({
    ...{ clock, limits, turns, endings: () => endings },
    tell: (subscription) => {
      sender.tell(subscription, 'soon')
    },
  })
  const { resources, publications, subscriptions, watchers, bindings } = tables
  const backEnds = createBackEnds(options)
  const packages = createEventPackages(options.eventPackages(tables))
  const { pace, sender } = createSender(options, {
    bodies,
    gone: (subscription) => {
      turns.add(endings.watcherGone(subscription))
    },
    reserveCseq: (subscription) => {
      turns.add(reserveCseq(subscription, subscriptions, sender))
    },
  })
  const endings = createEndings({ ...tables, sender, changed, clock })

  function changed(resource: Resource): void {
    options.published(resource)
    bodies.changed(resource)
    for (const subscription of resource.subscriptions) {
      // Who sees none of it must not even see that it changed.
      if (subscription.permissions.handling === 'allow') sender.tell(subscription, 'soon')
    }
  }

  function turnDone(): void {
    sender.flush()
    resources.sweep()
  }

  function stop(): void {
    for (const part of [backEnds, sender, pace]) part.stop()
    for (const table of [publications, subscriptions, watchers, bindings]) table.stop()
  }

  return { ...tables, backEnds, packages, turns, bodies, pace, sender, endings, changed, stop }
}

function createSender(
  options: AgentStateOptions,
  parts: Pick<NotifySenderOptions, 'bodies' | 'gone' | 'reserveCseq'>,
) {
  const pace = createNotificationPace({
    clock: options.clock,
    throttle: options.presence.throttle * 1000,
    silent: (subscriptions) => {
      sender.remind(subscriptions)
    },
  })
  const sender = new NotifySender({ ...options, ...parts, pace })
  return { pace, sender }
}
