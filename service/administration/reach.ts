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
      if (!within.includes(domainName(concern.domain, parts.domains)))
        throw new AccountProblem(`${concern.domain}: no such domain`, 'absent')
    } else if (!(await isWithin(concern.address, within, parts))) {
      throw new AccountProblem(`${concern.address}: no such account`, 'absent')
    }
  }
}

/** A domain's own name, by that or by an alias. */
export function domainName(said: string, domains: Domains | undefined): string {
  return domains?.find(said)?.name ?? said.toLowerCase()
}

async function isWithin(
  address: string,
  within: readonly string[],
  parts: ReachParts,
): Promise<boolean> {
  const parsed = canonicalAddress(address, parts)
  // What is no address is nobody's: the operation says so itself.
  if (!parsed) return true
  const isOurs = (one: Aor) => within.includes(aorDomain(one))
  if (!parsed.startsWith('tel:') && !isOurs(parsed)) return false
  // It may be another name of somebody elsewhere.
  return isOurs((await parts.accounts.find(parsed))?.aor ?? parsed)
}

/** Whom an address means: the account that has it, or itself; undefined when it is none. */
export async function resolveAddress(address: string, parts: ReachParts): Promise<Aor | undefined> {
  const aor = canonicalAddress(address, parts)
  return aor && ((await parts.accounts.find(aor))?.aor ?? aor)
}

function canonicalAddress(address: string, { domains }: ReachParts): Aor | undefined {
  const aor = parseAor(address)
  return aor && (domains?.canonical(aor) ?? aor)
}
