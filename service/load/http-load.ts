/** Which HTTP requests are let in: reads before writes, and no more of one client than its share. RFC 6585 §4, RFC 9110 §15.6.4. */
import type { RequestListener, ServerResponse } from 'node:http'
import { sourceNetwork } from '../../core/model/source-network.ts'
import { clientAddress, type IsTrusted } from '../../xcap-server/forwarded.ts'
import type { Overload } from './overload.ts'
import type { RefusedCounts } from './refused-counts.ts'
import type { MayAsk } from './request-rate.ts'

interface HttpAdmissionParts {
  readonly overload: Pick<Overload, 'admits'>
  readonly maySourceAsk: MayAsk
  readonly refused: RefusedCounts
  /** Proxies that speak for others: what they say of the client is believed, and they themselves may always ask. */
  readonly isTrusted: IsTrusted
}

const READS: ReadonlySet<string | undefined> = new Set(['GET', 'HEAD', 'OPTIONS'])
/** Seconds. */
const RETRY_AFTER = 5

export function admitHttp(
  { overload, maySourceAsk, refused, isTrusted }: HttpAdmissionParts,
  listener: RequestListener,
): RequestListener {
  return (request, response) => {
    const { headers, socket } = request
    const source = clientAddress({ peer: socket.remoteAddress ?? '', headers }, isTrusted)
    if (!isTrusted(source) && !maySourceAsk(sourceNetwork(source))) {
      refused.httpSource++
      refuse(response, 429, 'You ask too often.\n')
    } else if (!overload.admits(READS.has(request.method) ? 'known' : 'new')) {
      refused.overload++
      refuse(response, 503, 'There is too much to do; try again.\n')
    } else listener(request, response)
  }
}

/** The connection ends with the answer: what was to come on it is not read. */
function refuse(response: ServerResponse, status: number, text: string): void {
  const headers = {
    'content-type': 'text/plain; charset=utf-8',
    'content-length': Buffer.byteLength(text),
    'retry-after': String(RETRY_AFTER + Math.floor(Math.random() * RETRY_AFTER)),
    'access-control-allow-origin': '*',
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-store',
    connection: 'close',
  }
  response.writeHead(status, headers).end(text)
}
