/** GET /metrics, for Prometheus: text exposition format 0.0.4. */
import type { RequestListener } from 'node:http'
import type { Log } from '../../core/model/log.ts'
import type { LookAtService } from './service-metrics.ts'

const TYPE = 'text/plain; version=0.0.4; charset=utf-8'

/** Whoever looks meanwhile gets what is being gathered. */
export function replyMetrics(look: LookAtService, log: Log): RequestListener {
  let underWay: Promise<string> | undefined
  const gather = () => {
    underWay ??= look().finally(() => {
      underWay = undefined
    })
    return underWay
  }
  return (request, response) => {
    const reply = (status: number, text: string) => {
      const length = Buffer.byteLength(text)
      const headers = {
        'content-type': TYPE,
        'content-length': length,
        'cache-control': 'no-store',
      }
      response.writeHead(status, headers).end(text)
    }
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.setHeader('allow', 'GET, HEAD')
      reply(405, 'not allowed\n')
      return
    }
    gather().then(
      (text) => {
        reply(200, text)
      },
      (error: unknown) => {
        log.error({ err: error }, 'metrics could not be gathered')
        reply(500, 'metrics could not be gathered\n')
      },
    )
  }
}
