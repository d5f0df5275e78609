/** Renders every error that a handler throws. RFC 9110 §15, RFC 4825 §11, RFC 4918 §11.5. */
import { serializeXcapError, XCAP_ERROR_MEDIA_TYPE } from '../core/documents/xcap-error.ts'
import type { Log } from '../core/model/log.ts'
import { StoreUnavailable } from '../core/model/store-unavailable.ts'
import { Conflict } from './conflicts.ts'
import { HttpError, RequestAborted } from './http-errors.ts'
import { textReply, type Reply } from './reply.ts'

/** `requestId`: what the request is called in the log. */
export type ErrorReply = (error: unknown, requestId: string) => Reply

/** Seconds after which a client may try again when the store is out of order. */
const RETRY_AFTER = '10'

/** What went wrong inside is logged, never sent. */
export function createErrorReplies({ log }: { log: Log }): ErrorReply {
  return (error, requestId) => {
    if (error instanceof HttpError) return textReply(error.status, error.phrase, error.headers)
    if (error instanceof Conflict) return conflictReply(error)
    if (error instanceof StoreUnavailable) return storeReply(error, requestId, log)
    if (error instanceof RequestAborted) return textReply(400, 'The request was cut off.')
    log.error({ err: error, requestId }, 'a request failed')
    return textReply(500, 'Something went wrong here; it was noted.')
  }
}

function conflictReply({ report }: Conflict): Reply {
  return {
    status: 409,
    headers: { 'Content-Type': XCAP_ERROR_MEDIA_TYPE },
    body: Buffer.from(serializeXcapError(report)),
  }
}

function storeReply(error: StoreUnavailable, requestId: string, log: Log): Reply {
  log.error({ err: error, requestId }, 'the store is unavailable')
  if (error.trouble === 'full') return textReply(507, 'There is no room left.')
  const phrase = 'The service cannot reach its store; try again soon.'
  return textReply(503, phrase, { 'Retry-After': RETRY_AFTER })
}
