/** Takes requests from the SIP endpoint through admission to the method that answers them. RFC 3261 §8.2. */
import type { Clock } from '../core/model/clock.ts'
import type { Log } from '../core/model/log.ts'
import { whenReady, type MaybePromise } from '../core/model/maybe-promise.ts'
import { StoreUnavailable } from '../core/model/store-unavailable.ts'
import type { IncomingRequest } from '../core/sip/sip-endpoint.ts'
import { internalError, Refusal, serviceUnavailable } from './refusal.ts'
import type { AdmittedRequest, RequestAdmission } from './request-admission.ts'
import type { Job, Turn } from './turn-batch.ts'
import type { Turns } from './turns.ts'

/** Gives what answers an admitted request in its turn. Both may throw the Refusal to answer. */
export type RequestHandler = (admitted: AdmittedRequest) => MaybePromise<Job>

interface RequestServiceParts {
  readonly admission: RequestAdmission
  readonly handlers: ReadonlyMap<string, RequestHandler>
  readonly turns: Turns
  /** Requests that may wait for their turn; a further one is refused. */
  readonly waitingRequests: number
  readonly clock: Clock
  readonly log: Log
}

/** So many are dealt with in one turn: as long as there are no more, it is the store that is late, and not all is too much. */
const ONE_TURN = 512
/** Milliseconds; whoever would wait longer has asked again by then, and again. RFC 3261 §17.1.2.2, Timer E */
const LONGEST_WAIT = 1_000

/** Gives what the endpoint's onRequest wants. Never throws. */
export function createRequestService(
  parts: RequestServiceParts,
): (request: IncomingRequest) => void {
  const { admission, turns, waitingRequests } = parts
  const isTooMuch = () =>
    turns.waiting >= waitingRequests || (turns.waiting > ONE_TURN && turns.delay > LONGEST_WAIT)
  return (request) => {
    try {
      if (isTooMuch()) throw serviceUnavailable()
      const job = whenReady(admission.admit(request), (admitted) => jobFor(parts, admitted))
      const refused = (error: unknown) => {
        refuse(parts, request, error)
        return undefined
      }
      turns.add(job instanceof Promise ? job.catch(refused) : job, () => request.message.to.uri)
    } catch (error) {
      refuse(parts, request, error)
    }
  }
}

function jobFor(
  parts: RequestServiceParts,
  admitted: AdmittedRequest,
): MaybePromise<Job | undefined> {
  const { request } = admitted
  const job = parts.handlers.get(request.message.method)?.(admitted)
  return (
    job &&
    whenReady(job, (prepared: Job) => (turn: Turn) => {
      try {
        prepared(turn)
      } catch (error) {
        refuse(parts, request, error)
      }
    })
  )
}

function refuse(parts: RequestServiceParts, request: IncomingRequest, error: unknown): void {
  const { response, delay } = refusalFor(parts, request, error)
  if (delay === 0) request.respond(response)
  else {
    parts.clock.after(delay, () => {
      request.respond(response)
    })
  }
}

function refusalFor(
  { log }: RequestServiceParts,
  { message }: IncomingRequest,
  error: unknown,
): Refusal {
  if (error instanceof Refusal) return error
  const { callId, cseq, method } = message
  log.error({ err: error, method, callId, cseq: cseq.number }, 'a request could not be served')
  return error instanceof StoreUnavailable ? serviceUnavailable() : internalError()
}
