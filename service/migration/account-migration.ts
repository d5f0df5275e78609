/** Migration of accounts, and of the browsers that are signed in to them. */
import { isDeepStrictEqual } from 'node:util'
import type { Account } from '../../core/model/account.ts'
import type { Migration, MigrationStep } from './migration-step.ts'
import { sideBySide } from './side-by-side.ts'

const AT_ONCE = 16

export const migrateAccounts: MigrationStep = ({ from, to }, count) =>
  sideBySide(from.accounts.list(), AT_ONCE, async (account) => {
    count(await takeAccount(to, account))
  })

async function takeAccount({ accounts }: Migration['to'], account: Account): Promise<boolean> {
  const present = await accounts.find(account.aor)
  if (isDeepStrictEqual(present, account)) return false
  const put = await accounts.put(account)
  if (put.outcome === 'taken') {
    throw new Error(
      `${account.aor}: a name of it belongs to ${put.by} in the store that is written to`,
    )
  }
  return true
}

export const migrateSessions: MigrationStep = ({ from, to }, count) =>
  sideBySide(from.accounts.list(), AT_ONCE, async ({ aor }) => {
    for (const session of await from.sessions.ofAccount(aor)) {
      const present = await to.sessions.find(session.id)
      // One that was used there since lasts longer.
      const isWanted = !present || present.expires < session.expires
      if (isWanted && (await to.sessions.add(session)) === 'no-room') {
        throw new Error('the store that is written to has no room for more sessions of browsers')
      }
      count(isWanted)
    }
  })
