/** Which of the configured accounts a command speaks for. */
import { parseAor, type Aor } from '../../core/uri/aor.ts'
import type { ConfiguredAccount } from './accounts-file.ts'

export interface ChosenAccount {
  readonly aor: Aor
  /** Undefined: an address that the file does not know. */
  readonly configured: ConfiguredAccount | undefined
}

/** Nothing, or more than one thing, is meant. */
export class AccountUnclear extends Error {
  override readonly name = 'AccountUnclear'
}

/** `wanted`: a whole address, or part of a configured one. */
export function chooseAccount(
  accounts: readonly ConfiguredAccount[],
  wanted: string | undefined,
): ChosenAccount {
  const configured = wanted === undefined ? ownAccount(accounts) : namedAccount(accounts, wanted)
  const text = configured?.address ?? wanted ?? ''
  const aor = parseAor(text)
  if (aor && (configured || text.includes('@') || text.startsWith('tel:')))
    return { aor, configured }
  if (configured) throw new AccountUnclear(`${text} is no address; write user@domain`)
  throw new AccountUnclear(
    `no account matches ${text}; write a whole address (user@domain)${listed(accounts)}`,
  )
}

function ownAccount(accounts: readonly ConfiguredAccount[]): ConfiguredAccount {
  const chosen =
    accounts.find((account) => account.default) ?? (accounts.length === 1 && accounts[0])
  if (chosen) return chosen
  throw new AccountUnclear(
    `no account is named: use -a ADDRESS or set VISAGE_ACCOUNT${listed(accounts)}`,
  )
}

function namedAccount(
  accounts: readonly ConfiguredAccount[],
  wanted: string,
): ConfiguredAccount | undefined {
  const whole = parseAor(wanted)
  const same = accounts.find(({ address }) => whole !== undefined && parseAor(address) === whole)
  // A whole address is meant as it is: alice@example.com is not part of malice@example.com.
  if (same || (whole && wanted.includes('@'))) return same
  const matching = accounts.filter(({ address }) => address.includes(wanted))
  if (matching.length > 1) {
    throw new AccountUnclear(`more than one account matches ${wanted}${listed(matching)}`)
  }
  return matching[0]
}

function listed(accounts: readonly ConfiguredAccount[]): string {
  if (accounts.length === 0) return ''
  return ` (configured: ${accounts.map(({ address }) => address).join(', ')})`
}
