/** The settings of the account look-up: what must hold between them, and the store that they make. */
import type { OpenedStore } from '../../core/model/opened-store.ts'
import type { Configuration } from '../configuration.ts'
import type { Ground } from '../ground.ts'
import { secretIn, secretProblems } from '../secret-setting.ts'
import { createAccountLookup } from './account-lookup.ts'
import { withExternalAccounts } from './external-accounts.ts'
import { createLookupRequest } from './lookup-request.ts'

/** One line for each thing that is wrong. */
export function lookupProblems({ accounts, domains }: Configuration): string[] {
  const { lookupUrl } = accounts
  const lookedUp = domains.filter(({ lookup }) => lookup)
  if (lookupUrl === undefined) {
    return lookedUp.map(({ name }) => `domains: ${name} has lookup, which needs accounts.lookupUrl`)
  }
  return [
    ...(lookedUp.length === 0 ? ['accounts.lookupUrl: is for domains with lookup: true'] : []),
    ...(new URL(lookupUrl).username === ''
      ? []
      : ['accounts.lookupUrl: write lookupToken instead']),
    ...secretProblems('accounts.lookupToken', tokenOf(accounts)),
  ]
}

/** What the servers stand on: the store itself where nothing is looked up. */
export function storeWithLookup({
  configuration: { accounts },
  store,
  domains,
  clock,
  log,
}: Pick<Ground, 'configuration' | 'store' | 'domains' | 'clock' | 'log'>): OpenedStore {
  const { lookupUrl, lookupTimeout, lookupCache } = accounts
  if (lookupUrl === undefined) return store
  const request = createLookupRequest({
    url: lookupUrl,
    token: secretIn(tokenOf(accounts)),
    timeout: 1000 * lookupTimeout,
    clock,
  })
  const lookup = createAccountLookup({ request, domains, clock, log })
  return withExternalAccounts({ store, lookup, domains, lifetime: 1000 * lookupCache, clock, log })
}

function tokenOf({ lookupToken, lookupTokenFile }: Configuration['accounts']) {
  return { value: lookupToken, file: lookupTokenFile }
}
