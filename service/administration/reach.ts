/** Reach of a caller: whose data its domains let it ask for. */
import type { Domains } from '../../core/model/domain.ts'
import type { AccountStore } from '../../core/model/stores.ts'
import { aorDomain, parseAor, type Aor } from '../../core/uri/aor.ts'
import { AccountProblem } from '../account-problem.ts'
import type { Caller, Concern } from './operation.ts'

interface ReachParts {
  readonly accounts: AccountStore
  readonly domains?: Domains | undefined
}

/** Rejects with AccountProblem: the same whether what lies beyond the caller's domains exists or not. */
export type CheckReach = (concern: Concern, caller: Caller) => Promise<void>

export function createReach(parts: ReachParts): CheckReach {
  return async (concern, { domains: within }) => {
    if (!within || concern === 'own') return
    if (concern === 'service') {
      throw new AccountProblem('only a token for all domains may ask for this', 'forbidden')
    }
    if ('domain' in concern) {
      const name = parts.domains?.find(concern.domain)?.name ?? concern.domain.toLowerCase()
      if (!within.includes(name))
        throw new AccountProblem(`${concern.domain}: no such domain`, 'absent')
    } else if (!(await isWithin(concern.address, within, parts))) {
      throw new AccountProblem(`${concern.address}: no such account`, 'absent')
    }
  }
}

async function isWithin(
  address: string,
  within: readonly string[],
  { accounts, domains }: ReachParts,
): Promise<boolean> {
  const parsed = parseAor(address)
  // What is no address is nobody's: the operation says so itself.
  if (!parsed) return true
  const aor = domains?.canonical(parsed) ?? parsed
  const isOurs = (one: Aor) => within.includes(aorDomain(one))
  if (!aor.startsWith('tel:') && !isOurs(aor)) return false
  // It may be another name of somebody elsewhere.
  const account = await accounts.find(aor)
  return account ? isOurs(account.aor) : isOurs(aor)
}
