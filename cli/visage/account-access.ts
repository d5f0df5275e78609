/** The accounts that the flags of a `visage user` command speak of. */
import { withAccounts } from '../../service/account-access.ts'
import type { AccountAdministration } from '../../service/account-administration.ts'
import { readConfiguration } from '../../service/config.ts'
import { createLog } from '../../service/log.ts'
import { configurationSources } from './configuration-flags.ts'
import type { StoreFlags } from './user-flags.ts'

/** Any domain will do where no configuration says which. */
const NO_DOMAINS = { domains: ['localhost'] }

export function accountsOf<T>(
  flags: StoreFlags,
  action: (accounts: AccountAdministration) => Promise<T>,
): Promise<T> {
  const configuration = readConfiguration(configurationSources(flags, NO_DOMAINS))
  const domainsKnown = flags.config !== undefined || process.env['VISAGE_DOMAINS'] !== undefined
  return withAccounts(configuration, { domainsKnown, log: createLog('warn') }, action)
}
