/** What the agent keeps in memory, and what keeps it in order: tables, expiry, turns and the sender of NOTIFYs. */
import type { Clock } from '../core/model/clock.ts'
import type { Log } from '../core/model/log.ts'
import type { EventStateStore } from '../core/model/stores.ts'
import type { SipEndpoint } from '../core/sip/sip-endpoint.ts'
import { createBindings } from './bindings.ts'
import { reserveCseq } from './cseq-reservation.ts'
import { createEndings } from './endings.ts'
import type { EventPackage } from './event-package.ts'
import { createEventPackages } from './event-packages.ts'
import type { AgentLimits } from './limits.ts'
import { createNotifyBodies } from './notify-bodies.ts'
import { createNotifySender } from './notify-sender.ts'
import { createPublications } from './publications.ts'
import { createResources, type Resource } from './resource.ts'
import { createSubscriptions } from './subscriptions.ts'
import { createTurns } from './turns.ts'

export type AgentState = ReturnType<typeof createAgentState>

interface AgentStateOptions {
  readonly sip: SipEndpoint
  readonly eventState: EventStateStore
  readonly eventPackages: readonly EventPackage[]
  /** `throttle`: seconds between two NOTIFYs to one watcher. */
  readonly presence: { readonly throttle: number }
  readonly limits: AgentLimits
  readonly clock: Clock
  readonly log: Log
}

export function createAgentState(options: AgentStateOptions) {
  const { sip, eventState, clock, limits, log } = options
  const packages = createEventPackages(options.eventPackages)
  const resources = createResources()
  const bodies = createNotifyBodies()
  const turns = createTurns({ eventState, turnDone, log })
  const publications = createPublications({
    resources,
    clock,
    limits,
    expired: (items) => void turns.add(endings.publicationsExpired(items)),
  })
  const subscriptions = createSubscriptions({
    resources,
    clock,
    limits,
    expired: (items) => void turns.add(endings.subscriptionsExpired(items)),
  })
  const bindings = createBindings(clock, (items) => void turns.add(endings.bindingsExpired(items)))
  const sender = createNotifySender({
    sip,
    bodies,
    throttle: options.presence.throttle * 1000,
    clock,
    log,
    gone: (subscription) => void turns.add(endings.watcherGone(subscription)),
    reserveCseq: (subscription) => void turns.add(reserveCseq(subscription, subscriptions, sender)),
  })
  const endings = createEndings({
    ...{ resources, publications, subscriptions, bindings, sender, changed, clock },
  })

  function changed(resource: Resource): void {
    bodies.changed(resource)
    for (const subscription of resource.subscriptions) {
      // Who sees none of it must not even see that it changed.
      if (subscription.handling === 'allow') sender.tell(subscription, 'soon')
    }
  }

  function turnDone(): void {
    sender.flush()
    resources.sweep()
  }

  return {
    ...{
      packages,
      resources,
      publications,
      subscriptions,
      bindings,
      sender,
      endings,
      turns,
      changed,
    },
    stop() {
      sender.stop()
      for (const table of [publications, subscriptions, bindings]) table.stop()
    },
  }
}
