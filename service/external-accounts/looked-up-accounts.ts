/** Looked-up accounts: what the hook knows, asked once for all who want it at the same time, and remembered for a while. */
import type { Account } from '../../core/model/account.ts'
import type { MaybePromise } from '../../core/model/maybe-promise.ts'
import type { Aor } from '../../core/uri/aor.ts'
import type { AccountLookup } from './account-lookup.ts'
import {
  addressKey,
  createKnownAnswers,
  usernameKey,
  type ChangedAccount,
  type KnownAnswer,
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

/** `lifetime`: milliseconds for which an answer holds. `onChange`: an account is not what it was; told before who asked hears of it. */
export function createLookedUpAccounts({
  lookup,
  lifetime,
  clock,
  onChange,
}: {
  lookup: AccountLookup
  lifetime: number
  clock: { now(): number }
  onChange: (changed: ChangedAccount) => Promise<void>
}): LookedUpAccounts {
  const known = createKnownAnswers()
  const once = createSingleFlight()
  const age = ({ askedAt }: KnownAnswer) => clock.now() - askedAt

  async function ask(key: string, question: () => Promise<Account | undefined>) {
    const account = await question()
    const changed = known.remember(key, { askedAt: clock.now(), ...(account && { account }) })
    if (changed) await onChange(changed)
    return account
  }

  return {
    byAddress(address) {
      const key = addressKey(address)
      const last = known.get(key)
      if (last && age(last) < lifetime) return last.account
      const asking = once(key, () => ask(key, () => lookup.byAddress(address)))
      if (!last?.account || age(last) >= KNOWN_BY_SIGHT) return asking
      // The failure is logged where it happens.
      asking.catch(() => undefined)
      return last.account
    },
    byUsername(realm, username) {
      const key = usernameKey(realm, username)
      const last = known.get(key)
      // An answer that is too old lets nobody in.
      if (last && age(last) < lifetime) return last.account
      return once(key, () => ask(key, () => lookup.byUsername(realm, username)))
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
