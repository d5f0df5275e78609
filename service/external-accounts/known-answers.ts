/** What the look-up hook answered last, by every name that leads to an account; bounded. */
import type { Account } from '../../core/model/account.ts'
import { createLruCache } from '../../core/model/lru-cache.ts'
import type { Aor } from '../../core/uri/aor.ts'

interface KnownAnswer {
  /** Absent: there was none. */
  readonly account?: Account
  /** Milliseconds since the epoch. */
  readonly askedAt: number
  /** From before the last restart: without credentials. */
  readonly isKept?: true
}

export interface KnownAnswers {
  get(key: string): KnownAnswer | undefined
  /** `key`: what was asked for. Gives the address of an account that is not what it was. */
  remember(key: string, answer: KnownAnswer): ChangedAccount | undefined
}

export interface ChangedAccount {
  readonly aor: Aor
  /** Another password, or none, or not to be used: who signed in before must do so again. */
  readonly signsInAnew: boolean
}

/** About 1 KB each. */
const CAPACITY = 50_000

export const addressKey = (address: Aor) => `address\0${address}`
export const usernameKey = (realm: string, username: string) => `username\0${realm}\0${username}`

export function createKnownAnswers(): KnownAnswers {
  const cache = createLruCache<string, KnownAnswer>({ capacity: CAPACITY })
  return {
    get: cache.get,
    remember(key, answer) {
      const { account } = answer
      const before = cache.get(account ? addressKey(account.aor) : key)
      for (const old of before?.account ? keysOf(before.account) : []) cache.delete(old)
      for (const name of [key, ...(account ? keysOf(account) : [])]) cache.set(name, answer)
      return before && changeBetween(before, account)
    },
  }
}

/** An alias is not among them: whose it is the hook says when it is asked for. */
function keysOf({ aor, credentials }: Account): string[] {
  return [
    addressKey(aor),
    ...credentials.map(({ realm, username }) => usernameKey(realm, username)),
  ]
}

function changeBetween(
  { account: before, isKept }: KnownAnswer,
  after: Account | undefined,
): ChangedAccount | undefined {
  if (!before) return undefined
  const hasSamePassword = isKept
    ? after !== undefined
    : JSON.stringify(before.credentials) === JSON.stringify(after?.credentials)
  if (after && hasSamePassword && looksTheSame(before, after)) return undefined
  return { aor: before.aor, signsInAnew: after?.suspended === true || !hasSamePassword }
}

/** But for the password. */
export function looksTheSame(one: Account, other: Account): boolean {
  const seen = ({ aor, aliases, name, suspended }: Account) =>
    JSON.stringify([aor, aliases, name, suspended])
  return seen(one) === seen(other)
}
