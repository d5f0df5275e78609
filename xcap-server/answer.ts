/** Runs a handler on a request and sends what it gives or throws. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Clock } from '../core/model/clock.ts'
import type { MaybePromise } from '../core/model/maybe-promise.ts'
import type { ErrorReply } from './error-replies.ts'
import { RequestAborted, Unauthorized } from './http-errors.ts'
import { readHttpRequest, type HttpRequest } from './http-request.ts'
import { REQUEST_ID, requestIdOf } from './request-id.ts'
import type { Reply } from './reply.ts'
import type { SendReply } from './send-reply.ts'

export type Handle = (request: HttpRequest) => MaybePromise<Reply>

/** Never throws. `errorReply`: where refusals look otherwise than usual. */
export type Answer = (
  message: IncomingMessage,
  response: ServerResponse,
  handle: Handle,
  errorReply?: ErrorReply,
) => void

export function createAnswer({
  send,
  errorReply: usual,
  clock,
}: {
  send: SendReply
  errorReply: ErrorReply
  clock: Clock
}): Answer {
  return (message, response, handle, errorReply = usual) => {
    const fail = (error: unknown) => {
      if (error instanceof RequestAborted) return
      const requestId = requestIdOf(message)
      const reply = () => {
        const refusal = errorReply(error, requestId)
        // Who complains can say which line of the log it was. Not by setHeader: node then keeps one of several challenges.
        const headers = { ...refusal.headers, [REQUEST_ID]: requestId }
        send(message, response, { ...refusal, headers })
      }
      // Whoever guesses passwords waits.
      if (error instanceof Unauthorized && error.delay > 0) clock.after(error.delay, reply)
      else reply()
    }
    try {
      const reply = handle(readHttpRequest(message))
      if (!(reply instanceof Promise)) {
        send(message, response, reply)
        return
      }
      reply
        .then((late) => {
          send(message, response, late)
        })
        .catch(fail)
    } catch (error) {
      fail(error)
    }
  }
}
