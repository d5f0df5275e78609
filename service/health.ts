/** The door of the HTTP side: opens once everything listens, and tells by GET /healthz whether it is open. */
import type { RequestListener, ServerResponse } from 'node:http'
import { refuse } from '../core/sip/web-socket-upgrade.ts'
import { isSipPath, type TakeUpgrade } from './upgrades.ts'

export interface Door {
  /** Answers health itself, passes everything else on while it is open. */
  readonly handle: RequestListener
  /** Passes requests for a WebSocket on while it is open. */
  readonly upgrade: TakeUpgrade
  /** Health alone, for the administration's listener. */
  readonly handleHealth: RequestListener
  readonly open: (handler: RequestListener, upgrade?: TakeUpgrade) => void
  readonly close: () => void
}

interface DoorParts {
  /** Numbers of the workers that are not ready; absent: there are none. */
  readonly missing?: (() => readonly number[]) | undefined
  /** Whether the store can be asked; absent: always. */
  readonly isLive?: (() => boolean) | undefined
}

export function createDoor({ missing = () => [], isLive = () => true }: DoorParts = {}): Door {
  let inside: RequestListener | undefined
  let insideUpgrade: TakeUpgrade | undefined
  const handleHealth: RequestListener = (request, response) => {
    const problem = inside ? problemText(missing(), isLive()) : 'not ready\n'
    if (request.url?.split('?', 1)[0] !== '/healthz') reply(response, 404, 'not found\n')
    else if (request.method !== 'GET' && request.method !== 'HEAD') {
      reply(response.setHeader('allow', 'GET, HEAD'), 405, 'not allowed\n')
    } else reply(response, problem ? 503 : 200, problem ?? 'ok\n')
  }
  return {
    handleHealth,
    handle(request, response) {
      if (request.url?.startsWith('/healthz')) handleHealth(request, response)
      // Only WebSocket is spoken here. RFC 9110 §15.5.22.
      else if (insideUpgrade && isSipPath(request.url)) {
        reply(response.setHeader('upgrade', 'websocket'), 426, 'SIP over WebSocket\n')
      } else if (inside) inside(request, response)
      else reply(response.setHeader('retry-after', '1'), 503, 'not ready\n')
    },
    upgrade(request, socket, head) {
      if (insideUpgrade) insideUpgrade(request, socket, head)
      else refuse(socket, 503, 'not ready')
    },
    open(handler, upgrade) {
      inside = handler
      insideUpgrade = upgrade
    },
    close() {
      inside = undefined
      insideUpgrade = undefined
    },
  }
}

function problemText(missing: readonly number[], isLive: boolean): string | undefined {
  // What is asked of it is answered 503: a load balancer that looks here sends people to others.
  if (!isLive) return 'not ready: the store cannot be reached\n'
  // While a worker is away the others serve its people too, not as fast.
  return missing.length > 0 ? `not ready: worker ${missing.join(', ')}\n` : undefined
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
