/** Names of HTTP requests: a trusted proxy's is kept and answered, and each request is a line of the log at debug. */
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import type { Log } from '../core/model/log.ts'
import { REQUEST_ID, requestIdOf } from '../xcap-server/request-id.ts'

interface NamingParts {
  /** Whose X-Request-Id is believed. */
  readonly isTrusted: (address: string) => boolean
  readonly isDebugging: () => boolean
  readonly log: Log
}

/** What else may stand there is no name, but a way to write into the log. */
const NAME = /^[\w.:+/=@-]{1,128}$/

export function nameRequests(
  { isTrusted, isDebugging, log }: NamingParts,
  listener: RequestListener,
): RequestListener {
  return (request, response) => {
    const told = request.headers[REQUEST_ID]
    if (told !== undefined) {
      const isName = typeof told === 'string' && NAME.test(told)
      if (isName && isTrusted(request.socket.remoteAddress ?? '')) {
        response.setHeader(REQUEST_ID, told)
      } else Reflect.deleteProperty(request.headers, REQUEST_ID)
    }
    if (isDebugging()) logWhenAnswered(request, response, log)
    listener(request, response)
  }
}

function logWhenAnswered(request: IncomingMessage, response: ServerResponse, log: Log): void {
  const began = performance.now()
  const { method, url = '' } = request
  response.once('close', () => {
    log.debug(
      {
        ...{ requestId: requestIdOf(request), method, path: pathOf(url) },
        ...{ status: response.statusCode, milliseconds: Math.round(performance.now() - began) },
      },
      'HTTP request',
    )
  })
}

/** Without its query, and without the token of an announced icon: whoever knows it sees the icon. */
function pathOf(url: string): string {
  const path = url.split('?', 1)[0] ?? ''
  return path.startsWith('/i/') ? '/i/' : path
}
