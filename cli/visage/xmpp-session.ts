/** What `visage xmpp` does and prints. */
import { reportXmpp as xmppReport } from '../../service/administration/explain-operations.ts'
import type { GatewayRequest } from '../../service/gateway-request.ts'
import { administrationOf } from './administration.ts'
import type { ListFlags } from './user-flags.ts'
import { gatewayText } from './xmpp-text.ts'

export async function reportXmpp(
  request: GatewayRequest,
  { json, ...flags }: ListFlags,
): Promise<void> {
  const report = await administrationOf(flags, (ask) => ask(xmppReport, request))
  process.stdout.write(json ? `${JSON.stringify(report)}\n` : gatewayText(report))
}
