/** The door of the HTTP side: opens once everything listens, and tells by GET /healthz whether it is open. */
import type { RequestListener, ServerResponse } from 'node:http'

export interface Door {
  /** Answers health itself, passes everything else on while it is open. */
  readonly handle: RequestListener
  /** Health alone, for the administration's listener. */
  readonly handleHealth: RequestListener
  readonly open: (handler: RequestListener) => void
  readonly close: () => void
}

export function createDoor(): Door {
  let inside: RequestListener | undefined
  const handleHealth: RequestListener = (request, response) => {
    const healthy = inside !== undefined
    if (request.url?.split('?', 1)[0] !== '/healthz') reply(response, 404, 'not found\n')
    else if (request.method !== 'GET' && request.method !== 'HEAD') {
      reply(response.setHeader('allow', 'GET, HEAD'), 405, 'not allowed\n')
    } else reply(response, healthy ? 200 : 503, healthy ? 'ok\n' : 'not ready\n')
  }
  return {
    handleHealth,
    handle(request, response) {
      if (request.url?.startsWith('/healthz')) handleHealth(request, response)
      else if (inside) inside(request, response)
      else reply(response.setHeader('retry-after', '1'), 503, 'not ready\n')
    },
    open(handler) {
      inside = handler
    },
    close() {
      inside = undefined
    },
  }
}

function reply(response: ServerResponse, status: number, text: string): void {
  const headers = {
    'content-type': 'text/plain; charset=utf-8',
    'content-length': Buffer.byteLength(text),
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-store',
  }
  response.writeHead(status, headers).end(text)
}
