/** What `visage xmpp` asks of a running service. */
import { z } from 'zod'
import { parseAor } from '../core/uri/aor.ts'
import type { GatewayReport, ReportGateway } from '../xmpp-gateway/gateway-report.ts'
import { AccountProblem } from './account-problem.ts'

export type { GatewayReport, PairReport } from '../xmpp-gateway/gateway-report.ts'

export const gatewayRequest = z.strictObject({ address: z.string().min(1).max(1024).optional() })

export type GatewayRequest = z.infer<typeof gatewayRequest>

/** `report` is undefined where there is no gateway. Throws AccountProblem. */
export function answerGatewayRequest(
  { address }: GatewayRequest,
  report: ReportGateway | undefined,
): GatewayReport {
  if (!report) {
    throw new AccountProblem('the XMPP gateway is off: xmpp.component and xmpp.secret turn it on')
  }
  if (address === undefined) return report()
  const aor = parseAor(address)
  if (aor === undefined) throw new AccountProblem(`${address} is no address`)
  return report(aor)
}
