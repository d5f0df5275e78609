/** Takes requests from the SIP endpoint through admission to the method that answers them. RFC 3261 §8.2. */
import type { Clock } from '../core/model/clock.ts'
import type { Log } from '../core/model/log.ts'
import { StoreUnavailable } from '../core/model/store-unavailable.ts'
import type { IncomingRequest } from '../core/sip/sip-endpoint.ts'
import { internalError, Refusal, serviceUnavailable } from './refusal.ts'
import type { AdmittedRequest, RequestAdmission } from './request-admission.ts'
import type { Job, Turn, Turns } from './turns.ts'

/** Answers an admitted request, or throws the Refusal to answer. */
export type RequestHandler = (admitted: AdmittedRequest, turn: Turn) => void

interface RequestServiceOptions {
  readonly admission: RequestAdmission
  readonly handlers: ReadonlyMap<string, RequestHandler>
  readonly turns: Turns
  /** Requests that may wait for their turn; a further one is refused. */
  readonly waitingRequests: number
  readonly clock: Clock
  readonly log: Log
}

/** Gives what the endpoint's onRequest wants. Never throws. */
export function createRequestService(
  options: RequestServiceOptions,
): (request: IncomingRequest) => void {
  const { admission, handlers, turns, waitingRequests, clock, log } = options

  function refuse(request: IncomingRequest, error: unknown): void {
    const { response, delay } = refusalFor(error, request)
    if (delay === 0) request.respond(response)
    else {
      clock.after(delay, () => {
        request.respond(response)
      })
    }
  }

  function refusalFor(error: unknown, { message }: IncomingRequest): Refusal {
    if (error instanceof Refusal) return error
    log.error({ err: error, method: message.method }, 'a request could not be served')
    return error instanceof StoreUnavailable ? serviceUnavailable() : internalError()
  }

  function jobFor(request: IncomingRequest, admitted: AdmittedRequest): Job {
    return (turn) => {
      try {
        handlers.get(request.message.method)?.(admitted, turn)
      } catch (error) {
        refuse(request, error)
      }
    }
  }

  return (request) => {
    if (turns.waiting >= waitingRequests) {
      refuse(request, serviceUnavailable())
      return
    }
    try {
      const admitted = admission.admit(request)
      if (!(admitted instanceof Promise)) turns.add(jobFor(request, admitted))
      else {
        const job = admitted.then(
          (found) => jobFor(request, found),
          (error: unknown) => {
            refuse(request, error)
            return undefined
          },
        )
        turns.add(job)
      }
    } catch (error) {
      refuse(request, error)
    }
  }
}
