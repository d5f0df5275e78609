/** What only a running service can tell: why a watcher sees what it sees, and how the XMPP gateway stands. */
import { z } from 'zod'
import type { Explain } from '../../presence-agent/explanation/explanation-facts.ts'
import type { ReportGateway } from '../../xmpp-gateway/gateway-report.ts'
import type { Explanation } from '../explanation.ts'
import { explanationRequest } from '../explanation-request.ts'
import { answerGatewayRequest, gatewayRequest, type GatewayReport } from '../gateway-request.ts'
import { describeOperation, operation, type Operation } from './operation.ts'

export const explainPresence = describeOperation({
  name: 'explainPresence',
  method: 'GET',
  path: '/explanations',
  summary: 'Says why a watcher sees of somebody what it sees.',
  scope: 'read',
  needsService: 'only a running one knows who watches whom',
  input: explanationRequest,
  output: z.custom<Explanation>().meta({ type: 'object' }),
  concerns: ({ presentity }) => ({ address: presentity }),
})

export const reportXmpp = describeOperation({
  name: 'reportXmpp',
  method: 'GET',
  path: '/xmpp',
  summary:
    'Says how the XMPP gateway stands, or how somebody and their contacts stand to each other.',
  scope: 'read',
  needsService: 'only a running one has streams',
  input: gatewayRequest,
  output: z.custom<GatewayReport>().meta({ type: 'object' }),
  concerns: ({ address }) => (address === undefined ? 'service' : { address }),
})

export function explainOperations({
  explain,
  reportGateway,
}: {
  explain: Explain
  reportGateway?: ReportGateway | undefined
}): readonly Operation[] {
  return [
    operation(explainPresence, ({ watcher, presentity }) => explain(watcher, presentity)),
    operation(reportXmpp, (request) =>
      Promise.resolve(answerGatewayRequest(request, reportGateway)),
    ),
  ]
}
