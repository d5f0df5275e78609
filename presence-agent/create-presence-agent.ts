/** Presence agent: the SIP side of presence, put together. RFC 3856, RFC 3903, RFC 6665. */
import type { DigestAuthenticator } from '../core/digest/digest-authenticator.ts'
import type { Account } from '../core/model/account.ts'
import type { ChangeFeed } from '../core/model/change-feed.ts'
import type { Clock } from '../core/model/clock.ts'
import type { Domains } from '../core/model/domain.ts'
import type { Log } from '../core/model/log.ts'
import { whenReady, type MaybePromise } from '../core/model/maybe-promise.ts'
import type { NeighbourPresence } from '../core/model/neighbour-presence.ts'
import { isIconShown } from '../core/model/presence-filter.ts'
import type { MaySeeIcon } from '../core/model/presence-policy.ts'
import type { PresenceSource } from '../core/model/presence-source.ts'
import type { AccountStore, DocumentStore, EventStateStore } from '../core/model/stores.ts'
import type { XcapUsages } from '../core/model/xcap-usage.ts'
import type { SipEndpoint } from '../core/sip/sip-endpoint.ts'
import type { Aor } from '../core/uri/aor.ts'
import { createAgentPackages } from './packages/agent-packages.ts'
import { createAgentState, type AgentState } from './agent-state.ts'
import { createAuthentication } from './authentication.ts'
import { capabilities } from './capabilities.ts'
import { takeCensus, type Census } from './census.ts'
import { createChangeListener } from './change-listener.ts'
import { tellCutOffWatchers } from './cut-off-watchers.ts'
import { createEventStateCompositor } from './event-state-compositor.ts'
import { createExplain, type Explain } from './explanation/explanation-facts.ts'
import { createIsGoneIcon } from './packages/gone-icons.ts'
import { DEFAULT_AGENT_LIMITS, type AgentLimits } from './limits.ts'
import { followedPackages, followingPresence } from './members/followed-packages.ts'
import type { FollowedResources } from './members/followed-resources.ts'
import { createMethods, type Methods } from './methods.ts'
import { createNotifier } from './notifier.ts'
import type { NotifyCounts } from './notify/notify-counts.ts'
import { withNeighbours } from './neighbour/neighbour-domains.ts'
import { createPresenceSource } from './neighbour/presence-source.ts'
import { createNamesThisServer } from './own-address.ts'
import {
  createPresenceAuthorization,
  type FollowedAuthorization,
} from './rules/create-presence-authorization.ts'
import { createReAuthorization, type ReAuthorization } from './rules/re-authorization.ts'
import {
  createRegistrations,
  followRegistrations,
  type RegistrationSource,
} from './registration/create-registrations.ts'
import { createRegistrar } from './registration/registrar.ts'
import type { OutboundOptions } from './back-end/outbound-proxy.ts'
import { rememberPeers } from './remembered-peers.ts'
import { createRequestAdmission, type AdmittedRequest } from './request-admission.ts'
import { createRequestService, type RequestHandler } from './request-service.ts'
import type { Resource } from './resource.ts'
import { resumeEventState } from './resume.ts'
import type { Turn } from './turn-batch.ts'

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

export interface PresenceAgentOptions {
  readonly sip: SipEndpoint
  readonly documents: Pick<
    DocumentStore,
    'currentIcon' | 'get' | 'iconByToken' | 'list' | 'metadata' | 'ofUsage'
  >
  readonly accounts: Pick<AccountStore, 'find'>
  readonly eventState: EventStateStore
  /** The last process died: NOTIFYs of it may have been lost. */
  readonly afterCrash?: boolean
  /** Resolves when all members of the service are there; absent: this is the only one. */
  readonly opened?: Promise<void> | undefined
  readonly changes: ChangeFeed
  readonly domains: Domains
  readonly authenticator: Pick<DigestAuthenticator<Account>, 'authenticate'>
  /** Whether requests from this IP address have been authenticated already. */
  readonly isTrustedPeer: (address: string) => boolean
  /** Whether REGISTER is answered. */
  readonly registrar: boolean
  /** Where addresses elsewhere are asked for; absent: nowhere. */
  readonly outbound?: OutboundOptions
  /** Who knows people of another network; absent: nobody. */
  readonly neighbour?: NeighbourPresence
  /** All in seconds. `throttle`: between two NOTIFYs to one watcher; 0: none. */
  readonly presence: {
    readonly minExpires: number
    readonly maxExpires: number
    readonly throttle: number
    /** Whether CIPID's icon passes where rules let the status icon pass. */
    readonly iconWithStatusIcon: boolean
    /** Whether others than the user see who is called; absent: no. */
    readonly dialogIdentities?: boolean
    /** Where presence of those who publish none comes from; absent: nowhere. */
    readonly fromRegistration?: RegistrationSource
  }
  readonly icons: { readonly publicUrl: string }
  /** Every absolute URL that the XCAP root has. */
  readonly xcapRootUrls: readonly string[]
  /** Whose documents can be watched; absent: there is no XCAP server beside. */
  readonly xcapUsages?: XcapUsages
  readonly clock: Clock
  readonly log: Log
  readonly limits?: Partial<AgentLimits>
  /** Whether an account may ask once more now; absent: always. */
  readonly mayAsk?: (account: Aor) => boolean
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

/** From the first moment on: what comes before the state is there waits for it. */
function answerRequests(
  options: PresenceAgentOptions,
  parts: { state: AgentState; limits: AgentLimits; reAuthorization: ReAuthorization },
): void {
  const { sip } = options
  const { turns } = parts.state
  const { waitingRequests } = parts.limits
  const methods = createMethods(options)
  const admission = createAdmission(options, methods)
  const handlers = createHandlers(options, { ...parts, methods })
  sip.onRequest(createRequestService({ ...options, admission, handlers, turns, waitingRequests }))
  sip.onTurnEnd(() => {
    turns.run()
  })
}

function createAdmission(options: PresenceAgentOptions, methods: Methods) {
  const namesThisServer = createNamesThisServer(options)
  const authentication = createAuthentication({ ...options, namesThisServer })
  return createRequestAdmission({ ...options, methods, authentication, namesThisServer })
}

function createHandlers(
  options: PresenceAgentOptions,
  parts: {
    state: AgentState
    methods: Methods
    limits: AgentLimits
    reAuthorization: ReAuthorization
  },
): ReadonlyMap<string, RequestHandler> {
  const { state, methods, limits, reAuthorization } = parts
  const { membership } = state
  const shared = { ...options, ...state, reAuthorization, limits, durations: options.presence }
  const compositor = createEventStateCompositor(shared)
  const notifier = createNotifier({ ...shared, adopt: membership?.adopt })
  const registrar = createRegistrar(shared)
  const options200 = capabilities(methods, state.packages)
  return new Map<string, RequestHandler>([
    ['PUBLISH', inTurn(compositor.publish, membership?.readyToPublish)],
    ['SUBSCRIBE', notifier.subscribe],
    [
      'NOTIFY',
      inTurn(({ request }) => {
        state.backEnds.notified(request)
      }),
    ],
    ['REGISTER', inTurn(registrar.register, membership?.readyToRegister)],
    [
      'OPTIONS',
      inTurn(({ request }) => {
        request.respond(options200)
      }),
    ],
  ])
}

/** `ready`: undefined, or resolves when the request can be answered. */
function inTurn(
  answer: (admitted: AdmittedRequest, turn: Turn) => void,
  ready?: (admitted: AdmittedRequest) => MaybePromise<unknown>,
): RequestHandler {
  return (admitted) =>
    whenReady(ready?.(admitted), () => (turn: Turn) => {
      answer(admitted, turn)
    })
}
