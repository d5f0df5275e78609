/** Answers requests: each method through admission to what serves it, in its turn. RFC 3261 §8.2. */
import { whenReady, type MaybePromise } from '../core/model/maybe-promise.ts'
import type { AgentState } from './agent-state.ts'
import { createAuthentication } from './authentication.ts'
import { capabilities } from './capabilities.ts'
import { createEventStateCompositor } from './event-state-compositor.ts'
import type { AgentLimits } from './limits.ts'
import { createMethods, type Methods } from './methods.ts'
import { createNotifier } from './notifier.ts'
import { createNamesThisServer } from './own-address.ts'
import type { PresenceAgentOptions } from './presence-agent-options.ts'
import { createRegistrar } from './registration/registrar.ts'
import { createRequestAdmission, type AdmittedRequest } from './request-admission.ts'
import { createRequestService, type RequestHandler } from './request-service.ts'
import type { ReAuthorization } from './rules/re-authorization.ts'
import type { Turn } from './turn-batch.ts'

/** From the first moment on: what comes before the state is there waits for it. */
export function answerRequests(
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
