/** Asks the SIP server for the sake of `visage contacts list`, and not for longer than a person waits. */
import { gatherReports as gather, NOTHING_REPORTED } from '../client/contact-reports.ts'
import type { GatheredReports } from '../client/contact-reports.ts'
import { sipServerText } from '../client/node/sip-server.ts'
import { sipTransportTo } from '../client/node/sip-transports.ts'
import { createPresenceClient } from '../client/presence-client.ts'
import type { Aor } from '../core/uri/aor.ts'
import type { ClientSettings } from './client-options.ts'

const PATIENCE_MS = 10_000

/** Never rejects. @param addresses whom I watch */
export async function gatherReports(
  { aor, username, password, sip }: ClientSettings,
  addresses: readonly Aor[],
): Promise<GatheredReports> {
  const client = createPresenceClient({
    account: aor,
    username,
    password,
    transport: sipTransportTo(sip),
  })
  let stopWaiting: () => void = () => undefined
  const tooLate = new Promise<GatheredReports>((resolve) => {
    const server = sipServerText(sip)
    const problem = `no answer from ${server} within ${PATIENCE_MS / 1000} s: from your lists and rules alone.`
    const timer = setTimeout(resolve, PATIENCE_MS, { ...NOTHING_REPORTED, problems: [problem] })
    stopWaiting = () => {
      clearTimeout(timer)
    }
  })
  try {
    return await Promise.race([gather(client, addresses), tooLate])
  } finally {
    stopWaiting()
    await client.close()
  }
}
