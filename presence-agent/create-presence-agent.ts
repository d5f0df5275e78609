/** Presence agent: the SIP side of presence, put together. RFC 3856, RFC 3903, RFC 6665. */
import type { Domains } from '../core/model/domain.ts'
import { whenReady } from '../core/model/maybe-promise.ts'
import { isIconShown } from '../core/model/presence-filter.ts'
import type { MaySeeIcon } from '../core/model/presence-policy.ts'
import type { PresenceSource } from '../core/model/presence-source.ts'
import type { Aor } from '../core/uri/aor.ts'
import { createAgentPackages } from './packages/agent-packages.ts'
import { answerRequests } from './answer-requests.ts'
import { createAgentState, type AgentState } from './agent-state.ts'
import { takeCensus, type Census } from './census.ts'
import { createChangeListener } from './change-listener.ts'
import { tellCutOffWatchers } from './cut-off-watchers.ts'
import { createExplain, type Explain } from './explanation/explanation-facts.ts'
import { createIsGoneIcon } from './packages/gone-icons.ts'
import { DEFAULT_AGENT_LIMITS, type AgentLimits } from './limits.ts'
import { followedPackages, followingPresence } from './members/followed-packages.ts'
import type { FollowedResources } from './members/followed-resources.ts'
import type { NotifyCounts } from './notify/notify-counts.ts'
import { withNeighbours } from './neighbour/neighbour-domains.ts'
import type { PresenceAgentOptions } from './presence-agent-options.ts'
import { createPresenceSource } from './neighbour/presence-source.ts'
import {
  createPresenceAuthorization,
  type FollowedAuthorization,
} from './rules/create-presence-authorization.ts'
import { createReAuthorization } from './rules/re-authorization.ts'
import { createRegistrations, followRegistrations } from './registration/create-registrations.ts'
import { rememberPeers } from './remembered-peers.ts'
import type { Resource } from './resource.ts'
import { resumeEventState } from './resume.ts'

export interface PresenceAgent {
  /** Takes up the event state of before a restart, then answers requests; those that came earlier have waited. */
  start(): Promise<void>
  /** Finishes what it has begun. Publications and subscriptions go on when it starts again. */
  stop(): Promise<void>
  /** From now on these hold; and it asks anew which peers are trusted. */
  use(settings: Pick<PresenceAgentOptions, 'limits' | 'presence'>): void
  /** Why a watcher sees of a presentity what it sees. */
  readonly explain: Explain
  readonly maySeeIcon: MaySeeIcon
  /** For gateways to other networks. */
  readonly source: PresenceSource
  readonly notifyCounts: NotifyCounts
  readonly census: () => Promise<Census>
  /** Milliseconds that the oldest request that is not answered has waited. */
  readonly delay: () => number
}

export function createPresenceAgent(given: PresenceAgentOptions): PresenceAgent {
  const domains = withNeighbours(given.domains, given.neighbour)
  const { isTrustedPeer, forget: forgetPeers } = rememberPeers(given.isTrustedPeer)
  const options = { ...given, domains, isTrustedPeer, presence: { ...given.presence } }
  const limits = { ...DEFAULT_AGENT_LIMITS, ...options.limits }
  const { authorization, authorize, outdated, reAuthorization, registrations, state } = createState(
    options,
    limits,
  )
  const source = createPresenceSource({
    ...{ ...options, ...state, limits, outdated, ownDomains: given.domains },
    endings: () => state.endings,
    reAuthorization: () => reAuthorization,
  })
  answerRequests(options, { state, limits, reAuthorization })
  return {
    use(settings) {
      Object.assign(limits, settings.limits)
      Object.assign(options.presence, settings.presence)
      forgetPeers()
    },
    explain: createExplain({ ...options, ...state, authorization, registrations }),
    maySeeIcon: createMaySeeIcon(domains, authorize),
    source,
    ...observed(state),
    ...startAndStop(options, { state, authorization, registrations, reAuthorization, source }),
  }
}

type StatedAgent = ReturnType<typeof createState>

function startAndStop(
  options: PresenceAgentOptions,
  {
    state,
    authorization,
    registrations,
    reAuthorization,
    source,
  }: Pick<StatedAgent, 'state' | 'authorization' | 'registrations' | 'reAuthorization'> & {
    readonly source: Pick<ReturnType<typeof createPresenceSource>, 'stop'>
  },
): Pick<PresenceAgent, 'start' | 'stop'> {
  const { changes } = options
  const ends: (() => void)[] = []
  return {
    async start() {
      ends.push(changes.subscribe(createChangeListener({ ...options, ...state, reAuthorization })))
      if (state.membership) ends.push(state.membership.start())
      await resume(options, state)
      followRegistrations(registrations, state)
      state.turns.open()
      if (options.afterCrash) ends.push(tellCutOffWatchers({ ...options, ...state }))
    },
    async stop() {
      for (const end of ends.splice(0)) end()
      reAuthorization.stop()
      authorization.stop()
      registrations.stop()
      source.stop()
      await state.turns.close()
      state.stop()
    },
  }
}

function observed(state: AgentState): Pick<PresenceAgent, 'notifyCounts' | 'census' | 'delay'> {
  const { notifyCounts, turns } = state
  return { notifyCounts, census: () => takeCensus(state), delay: () => turns.delay }
}

async function resume(options: PresenceAgentOptions, state: AgentState): Promise<void> {
  await state.lists.open()
  await resumeEventState({ ...options, ...state })
  state.pace.resume(state.subscriptions.all())
}

function createMaySeeIcon(domains: Domains, authorize: FollowedAuthorization['of']): MaySeeIcon {
  return ({ aor, domain }, watcher) => {
    const presentity = { aor, domain: domains.of(aor) ?? domain }
    return whenReady(authorize(presentity, watcher), isIconShown)
  }
}

/** What is kept in memory, and the rules by which it is shown. */
function createState(options: PresenceAgentOptions, limits: AgentLimits) {
  const isGoneIcon = createIsGoneIcon({ ...options, iconsPublicUrl: options.icons.publicUrl })
  const authorization = createPresenceAuthorization({
    ...{ ...options, limits },
    resources: () => state.resources,
    outdated,
  })
  const { shared } = options.eventState
  const followed: Pick<FollowedResources, 'ready'> = {
    ready: (...asked) => state.membership?.followed.ready(...asked),
  }
  const authorize = shared ? followingPresence(authorization.of, followed) : authorization.of
  const isRegistered = (aor: Aor) => registrations.of(aor).length > 0
  const packageOptions = { ...options, authorize, isGoneIcon, isRegistered }
  const state = createAgentState({
    ...{ ...options, limits },
    reAuthorization: () => reAuthorization,
    published: (resource) => authorization.published(resource),
    eventPackages(parts) {
      const packages = createAgentPackages(packageOptions, parts)
      return shared ? followedPackages(packages, followed) : packages
    },
  })
  const reAuthorization = createReAuthorization({ ...options, ...state, authorization })
  const { fromRegistration = 'off' } = options.presence
  const registrations = createRegistrations(fromRegistration, { ...options, ...state })
  /** The permissions to see these presentities may be others now. `untold`: by what was published, which nobody was told yet. */
  function outdated(presentities: readonly Aor[], untold?: Resource): void {
    reAuthorization.presentities(presentities, untold)
    state.lists.reconsider(presentities)
  }
  return { authorization, authorize, outdated, reAuthorization, registrations, state }
}
