/** The settings of the account look-up: what must hold between them, and the ground that they make. */
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

type StoreGround = Pick<Ground, 'configuration' | 'store' | 'domains' | 'clock' | 'log'>

/** What the servers stand on. The administration knows the accounts of the store alone, since it can change only those. */
export function withLookup<G extends StoreGround>(ground: G): G {
  const { configuration, store, domains, clock, log } = ground
  const { lookupUrl, lookupTimeout, lookupCache } = configuration.accounts
  if (lookupUrl === undefined) return ground
  const request = createLookupRequest({
    url: lookupUrl,
    token: secretIn(tokenOf(configuration.accounts)),
    timeout: 1000 * lookupTimeout,
    clock,
  })
  const lookup = createAccountLookup({ request, domains, clock, log })
  const parts = { store, lookup, domains, clock, log }
  return { ...ground, store: withExternalAccounts({ ...parts, lifetime: 1000 * lookupCache }) }
}

function tokenOf({ lookupToken, lookupTokenFile }: Configuration['accounts']) {
  return { value: lookupToken, file: lookupTokenFile }
}
