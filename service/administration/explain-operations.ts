/** What only a running service can tell: why a watcher sees what it sees, and how the XMPP gateway stands. */
import type { Domains } from '../../core/model/domain.ts'
import type { AccountStore } from '../../core/model/stores.ts'
import { parseAor } from '../../core/uri/aor.ts'
import type { Explain } from '../../presence-agent/explanation/explanation-facts.ts'
import type { ReportGateway } from '../../xmpp-gateway/gateway-report.ts'
import { explanationRequest } from '../explanation-request.ts'
import { answerGatewayRequest, gatewayRequest, type GatewayReport } from '../gateway-request.ts'
import { explanationValue, gatewayValue } from './explanation-values.ts'
import { describeOperation, operation, type Caller, type Operation } from './operation.ts'
import { createReach } from './reach.ts'

export const explainPresence = describeOperation({
  name: 'explainPresence',
  method: 'GET',
  path: '/explanations',
  summary: 'Says why a watcher sees of somebody what it sees.',
  scope: 'read',
  needsService: 'only a running one knows who watches whom',
  input: explanationRequest,
  output: explanationValue,
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
  output: gatewayValue,
  concerns: ({ address }) => (address === undefined ? 'service' : { address }),
})

interface ExplainOperationsParts {
  readonly explain: Explain
  readonly reportGateway?: ReportGateway | undefined
  /** Whose accounts are whose; absent: nobody with a token asks. */
  readonly reach?: { readonly accounts: AccountStore; readonly domains?: Domains | undefined }
}

export function explainOperations(parts: ExplainOperationsParts): readonly Operation[] {
  const { explain, reportGateway } = parts
  return [
    operation(explainPresence, async ({ watcher, presentity }, caller) => {
      await checkWatcher(watcher, caller, parts)
      return explain(watcher, presentity)
    }),
    operation(reportXmpp, (request, caller) =>
      Promise.resolve(within(answerGatewayRequest(request, reportGateway), caller)),
    ),
  ]
}

/** An explanation says whether the watcher has an account: of other domains' people that is not told, watchers from elsewhere are. */
async function checkWatcher(
  watcher: string,
  caller: Caller,
  { reach }: ExplainOperationsParts,
): Promise<void> {
  const address = parseAor(watcher)
  const isServed = address && (address.startsWith('tel:') || reach?.domains?.of(address))
  if (reach && isServed) await createReach(reach)({ address: watcher }, caller)
}

const UNCOUNTED = { received: {}, sent: {}, requests: {} }

/** The gateway's counts are of everybody together: who administers some domains gets no more than what is theirs. */
function within(report: GatewayReport, { domains }: Caller): GatewayReport {
  if (!domains) return report
  const streams = report.streams.filter(({ domain }) => domains.includes(domain))
  return { ...report, streams, pairs: report.of?.length ?? 0, stanzas: UNCOUNTED }
}
