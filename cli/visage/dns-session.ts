/** What `visage dns` does and prints. */
import { readConfiguration } from '../../service/config.ts'
import { checkRecords } from '../../service/dns/check-records.ts'
import { wantedRecords } from '../../service/dns/wanted-records.ts'
import { zoneLine } from '../../service/dns/zone-lines.ts'
import { publicUrls } from '../../service/public-urls.ts'
import { configurationSources } from './configuration-flags.ts'

export interface DnsFlags {
  readonly host?: string
  readonly config?: string
  readonly check?: boolean
  readonly resolver?: string
}

/** Rejects when records are missing that were to be checked. */
export async function dns(name: string, flags: DnsFlags): Promise<void> {
  const domain = name.toLowerCase()
  const { config } = flags
  const configuration = readConfiguration(
    configurationSources(config === undefined ? {} : { config }, { domains: [domain] }),
  )
  if (!configuration.domains.some((one) => one.name === domain)) {
    throw new Error(`${domain} is none of the domains of the configuration`)
  }
  const host = flags.host ?? `sip.${domain}`
  const { http } = configuration
  const [xcapRoot = ''] =
    http.publicUrl === undefined
      ? [`https://${host}${http.xcapRoot}`]
      : publicUrls(configuration, []).xcapRoots
  const records = wantedRecords(configuration, { domain, host }, xcapRoot)
  if (flags.check !== true) {
    process.stdout.write(records.map((record) => `${zoneLine(record)}\n`).join(''))
    return
  }
  const checked = await checkRecords(records, flags.resolver)
  for (const { record, state } of checked) {
    process.stdout.write(`${state.padEnd(8)}${zoneLine(record)}\n`)
  }
  const wrong = checked.filter(({ state }) => state !== 'there').length
  if (wrong > 0) throw new Error(`${wrong} of ${checked.length} records are not as they should be`)
}
