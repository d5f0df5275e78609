/** What `visage xmpp` does and prints. */
import { askForGatewayReport } from '../../service/admin-client.ts'
import { readConfiguration } from '../../service/config.ts'
import type { GatewayRequest } from '../../service/gateway-request.ts'
import { configurationSources } from './configuration-flags.ts'
import type { ListFlags } from './user-flags.ts'
import { gatewayText } from './xmpp-text.ts'

/** Any domain will do where no configuration says which: only the data folder is wanted. */
const NO_DOMAINS = { domains: ['localhost'] }

export async function reportXmpp(
  request: GatewayRequest,
  { json, ...flags }: ListFlags,
): Promise<void> {
  const { data } = readConfiguration(configurationSources(flags, NO_DOMAINS))
  const report = await askForGatewayReport(data, request)
  if (!report) throw new Error(`no service runs on ${data}: only a running one has streams`)
  process.stdout.write(json ? `${JSON.stringify(report)}\n` : gatewayText(report))
}
