/** The accounts of a store from another process: through the service that runs on it, or, when none does, by opening it. */
import { createDomains } from '../core/model/domain.ts'
import type { Log } from '../core/model/log.ts'
import {
  createAccountAdministration,
  type AccountAdministration,
} from './account-administration.ts'
import { connectAdministration } from './admin-client.ts'
import type { Configuration } from './configuration.ts'
import { openStore } from './open-store.ts'
import { systemClock } from './system-clock.ts'

/** `domainsKnown`: only the configured domains may have accounts; a running service knows its own. */
export async function withAccounts<T>(
  configuration: Configuration,
  { domainsKnown, log }: { domainsKnown: boolean; log: Log },
  action: (accounts: AccountAdministration) => Promise<T>,
): Promise<T> {
  const running = await connectAdministration(configuration.data)
  if (running) return action(running)
  const store = await openStore(configuration, { clock: systemClock, log })
  try {
    const served = domainsKnown ? createDomains(configuration.domains) : undefined
    return await action(createAccountAdministration({ ...store, domains: served }))
  } finally {
    await store.close()
  }
}
