/** Kept answers: who somebody was by the last answer of the look-up hook, for the time after a restart. Nobody signs in by them. */
import { z } from 'zod'
import type { Account } from '../../core/model/account.ts'
import type { AdministrationStore } from '../../core/model/administration-store.ts'
import type { Aor } from '../../core/uri/aor.ts'
import { looksTheSame } from './known-answers.ts'

/** Of the kind `looked-up-account`, by the address that was asked for, and by the account's own. */
const keptAnswer = z.object({
  aor: z.string(),
  aliases: z.array(z.string()),
  name: z.string().exactOptional(),
  suspended: z.literal(true).exactOptional(),
  /** Milliseconds since the epoch. */
  askedAt: z.number(),
})

export interface KeptAnswers {
  /** Without credentials. */
  get(address: Aor): Promise<{ readonly account: Account; readonly askedAt: number } | undefined>
  /** `account`: undefined where there is none. */
  keep(address: Aor, account: Account | undefined): Promise<void>
}

const KIND = 'looked-up-account'
/** Milliseconds after which what has not changed is written again. */
const RENEWAL = 6 * 3_600_000

export function createKeptAnswers({
  administration,
  clock,
}: {
  administration: AdministrationStore
  clock: { now(): number }
}): KeptAnswers {
  async function get(address: Aor) {
    const value = await administration.get(KIND, address)
    if (value === undefined) return undefined
    const { askedAt, ...account } = keptAnswer.parse(value)
    return { account: { ...account, credentials: [] } as unknown as Account, askedAt }
  }
  return {
    get,
    async keep(address, account) {
      const present = await get(address)
      if (!account) {
        if (present) await administration.remove(KIND, address)
        return
      }
      const isYoung = present && clock.now() - present.askedAt < RENEWAL
      if (isYoung && looksTheSame(present.account, account)) return
      const { aor, aliases, name, suspended } = account
      await administration.put(KIND, address, {
        ...{ aor, aliases, name, suspended },
        askedAt: clock.now(),
      })
    },
  }
}
