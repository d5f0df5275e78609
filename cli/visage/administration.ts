/** The administration that the flags of a command speak of: of the running service, or of its store. */
import { withAdministration } from '../../service/administration/administration.ts'
import type { Ask } from '../../service/administration/operation.ts'
import { readConfiguration } from '../../service/config.ts'
import { createLog } from '../../service/log.ts'
import { configurationSources } from './configuration-flags.ts'
import type { StoreFlags } from './user-flags.ts'

/** Any domain will do where no configuration says which. */
const NO_DOMAINS = { domains: ['localhost'] }

export function administrationOf<T>(
  flags: StoreFlags,
  action: (ask: Ask) => Promise<T>,
): Promise<T> {
  const configuration = readConfiguration(configurationSources(flags, NO_DOMAINS))
  const domainsKnown = flags.config !== undefined || process.env['VISAGE_DOMAINS'] !== undefined
  return withAdministration(configuration, { domainsKnown, log: createLog('warn') }, action)
}
