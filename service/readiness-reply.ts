/** GET /readyz: 200 while people may be sent here, else 503, with the reasons by name. For load balancers and orchestrators. */
import type { RequestListener } from 'node:http'
import type { ReportGateway } from '../xmpp-gateway/gateway-report.ts'
import type { Readiness } from './readiness.ts'

/** `report`: of the XMPP gateway. It is told and does not count: who cannot reach contacts elsewhere is served all the same. */
export function answerReadiness(
  readiness: Pick<Readiness, 'reasons' | 'missing'>,
  report: ReportGateway | undefined,
): RequestListener {
  return (request, response) => {
    const isRead = request.method === 'GET' || request.method === 'HEAD'
    const reasons = readiness.reasons()
    const body = JSON.stringify({
      ready: reasons.length === 0,
      reasons,
      missingWorkers: readiness.missing(),
      ...(report && { gateway: report().streams }),
    })
    if (!isRead) response.setHeader('allow', 'GET, HEAD')
    response.writeHead(isRead ? (reasons.length === 0 ? 200 : 503) : 405, {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body) + 1,
      'cache-control': 'no-store',
    })
    response.end(`${body}\n`)
  }
}
