/** Looked-up accounts: what the hook knows, asked once for all who want it at the same time, and remembered for a while. */
import type { Account } from '../../core/model/account.ts'
import type { MaybePromise } from '../../core/model/maybe-promise.ts'
import { StoreUnavailable } from '../../core/model/store-unavailable.ts'
import type { Aor } from '../../core/uri/aor.ts'
import type { AccountLookup } from './account-lookup.ts'
import type { KeptAnswers } from './kept-answers.ts'
import {
  addressKey,
  createKnownAnswers,
  usernameKey,
  type ChangedAccount,
  type KnownAnswers,
} from './known-answers.ts'

/** At once where the answer is known. Both reject with StoreUnavailable when there is none. */
export interface LookedUpAccounts {
  byAddress(address: Aor): MaybePromise<Account | undefined>
  byUsername(realm: string, username: string): MaybePromise<Account | undefined>
}

/**
 * Milliseconds for which an old answer still says who somebody is, until there is a new one: names and aliases are asked
 * for per watcher and per document. Nobody signs in by it.
 */
const KNOWN_BY_SIGHT = 86_400_000

interface LookedUpAccountsParts {
  readonly lookup: AccountLookup
  readonly kept: KeptAnswers
  /** Milliseconds for which an answer holds. */
  readonly lifetime: number
  readonly clock: { now(): number }
  /** An account is not what it was; told before who asked hears of it. */
  readonly onChange: (changed: ChangedAccount) => Promise<void>
}

export function createLookedUpAccounts(parts: LookedUpAccountsParts): LookedUpAccounts {
  const { kept, lifetime, clock } = parts
  const known = createKnownAnswers()
  const questions = createQuestions(known, parts)
  const once = createSingleFlight()
  const age = ({ askedAt }: { readonly askedAt: number }) => clock.now() - askedAt

  /** After a restart, too, a hook that is down hides no picture that everybody may see. */
  async function sinceBefore(address: Aor, error: unknown) {
    const answer = error instanceof StoreUnavailable ? await kept.get(address) : undefined
    if (!answer || age(answer) >= KNOWN_BY_SIGHT) throw error
    known.remember(addressKey(address), { ...answer, isKept: true })
    return answer.account
  }

  return {
    byAddress(address) {
      const key = addressKey(address)
      const last = known.get(key)
      if (last && age(last) < lifetime) return last.account
      const asking = once(key, () => questions.byAddress(address))
      if (!last?.account || age(last) >= KNOWN_BY_SIGHT) {
        return asking.catch((error: unknown) => sinceBefore(address, error))
      }
      // The failure is logged where it happens.
      asking.catch(() => undefined)
      return last.account
    },
    byUsername(realm, username) {
      const key = usernameKey(realm, username)
      const last = known.get(key)
      // An answer that is too old lets nobody in.
      if (last && age(last) < lifetime) return last.account
      return once(key, () => questions.byUsername(realm, username))
    },
  }
}

/** What is answered is remembered, and kept for the time after a restart. */
function createQuestions(
  known: KnownAnswers,
  { lookup, kept, clock, onChange }: LookedUpAccountsParts,
): AccountLookup {
  async function remember(key: string, account: Account | undefined): Promise<void> {
    const changed = known.remember(key, { askedAt: clock.now(), ...(account && { account }) })
    if (changed) await onChange(changed)
    if (account) await kept.keep(account.aor, account)
  }
  return {
    async byAddress(address) {
      const account = await lookup.byAddress(address)
      await remember(addressKey(address), account)
      if (account?.aor !== address) await kept.keep(address, account)
      return account
    },
    async byUsername(realm, username) {
      const account = await lookup.byUsername(realm, username)
      await remember(usernameKey(realm, username), account)
      return account
    },
  }
}

/** Whoever wants what is being asked for already waits for the same answer. */
function createSingleFlight() {
  const underWay = new Map<string, Promise<Account | undefined>>()
  return (key: string, ask: () => Promise<Account | undefined>) => {
    const present = underWay.get(key)
    if (present) return present
    const asking = ask().finally(() => underWay.delete(key))
    underWay.set(key, asking)
    return asking
  }
}
