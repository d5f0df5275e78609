/** Account writer: an account and all the names that lead to it in one statement, only if nobody came between. */
import type { Account } from '../../model/account.ts'
import { newEntityTag } from '../../model/entity-tag.ts'
import { StoreUnavailable } from '../../model/store-unavailable.ts'
import type { AccountStore } from '../../model/stores.ts'
import type { Aor } from '../../uri/aor.ts'
import { createTurns } from '../turns.ts'
import { cachedNamesOf, namesOfAccount, type LoggedAccount } from './account-names.ts'
import type { Query } from './connection.ts'
import type { Commit } from './commit.ts'
import { originalText, storedText } from './stored-text.ts'

interface Parts {
  readonly query: Query
  readonly commit: Commit
}

/** How often somebody on another node may come between before the request is refused. */
const MOST_ATTEMPTS = 20

export function createAccountWriter(parts: Parts): Pick<AccountStore, 'put' | 'remove'> {
  const turns = createTurns()

  function untilSettled<T>(aor: Aor, attempt: () => Promise<T | 'overtaken'>): Promise<T> {
    return turns.take(aor, async () => {
      for (let attempts = 0; attempts < MOST_ATTEMPTS; attempts++) {
        const outcome = await attempt()
        if (outcome !== 'overtaken') return outcome
      }
      throw new StoreUnavailable('failed', `others keep writing to the account ${aor}`)
    })
  }

  return {
    put: (account) => untilSettled(account.aor, () => tryPut(parts, account)),
    remove: (aor) => untilSettled(aor, () => tryRemove(parts, aor)),
  }
}

type PutOutcome = Awaited<ReturnType<AccountStore['put']>>

async function tryPut(
  { query, commit }: Parts,
  account: Account,
): Promise<PutOutcome | 'overtaken'> {
  const by = await holderOfItsNames(query, account)
  if (by !== undefined) return { outcome: 'taken', by }
  const before = await readPresent(query, account.aor)
  const { addresses, realms, usernames } = namesOfAccount(account)
  const won = await commit({
    ...PUT_ACCOUNT,
    values: [
      ...[storedText(account.aor), before?.revision ?? '', newEntityTag(), JSON.stringify(account)],
      ...[addresses, realms, usernames],
      // Who knew the old password only is out at once, and so is who is suspended.
      !staysSignedIn(before?.record, account),
    ],
    change: toldOf(account.aor, before?.record, account),
  })
  return won ? { outcome: before ? 'replaced' : 'created' } : 'overtaken'
}

async function tryRemove({ query, commit }: Parts, aor: Aor): Promise<boolean | 'overtaken'> {
  const before = await readPresent(query, aor)
  if (!before) return false
  const values = [storedText(aor), before.revision]
  const change = toldOf(aor, before.record, undefined)
  return (await commit({ ...REMOVE_ACCOUNT, values, change })) || 'overtaken'
}

interface PresentAccount {
  readonly revision: string
  readonly record: Account
}

const PRESENT = {
  name: 'present-account',
  text: 'SELECT revision, record FROM account WHERE aor = $1',
}

async function readPresent(query: Query, aor: Aor): Promise<PresentAccount | undefined> {
  const [row] = await query<PresentAccount>({ ...PRESENT, values: [storedText(aor)] })
  return row
}

const HOLDERS = {
  name: 'holders',
  text: `SELECT aor FROM account_address WHERE address = ANY ($1) AND aor <> $4
  UNION ALL SELECT aor FROM account_username JOIN unnest($2::text[], $3::text[]) AS wanted (realm, username)
    USING (realm, username) WHERE aor <> $4
  LIMIT 1`,
}

/** Who else has a name that this account wants. */
async function holderOfItsNames(query: Query, account: Account): Promise<Aor | undefined> {
  const { addresses, realms, usernames } = namesOfAccount(account)
  const values = [addresses, realms, usernames, storedText(account.aor)]
  const [row] = await query<{ aor: string }>({ ...HOLDERS, values })
  return row && (originalText(row.aor) as Aor)
}

function staysSignedIn(before: Account | undefined, { credentials, suspended }: Account): boolean {
  return !suspended && JSON.stringify(before?.credentials) === JSON.stringify(credentials)
}

function toldOf(aor: Aor, before: Account | undefined, after: Account | undefined) {
  const names = [...new Set([...cachedNamesOf(before), ...cachedNamesOf(after)])].map(storedText)
  const subject: LoggedAccount = { aor: storedText(aor), names }
  return { kind: 'account', subject } as const
}

/**
 * A name that somebody took since the names were looked at is a row that cannot be inserted, and the statement fails as a whole.
 * Numbers: address, revision before ('' for none), revision, account, addresses, realms, usernames, whether sessions end.
 */
const PUT_ACCOUNT = {
  name: 'put-account',
  text: `WITH won AS (
    INSERT INTO account AS present (aor, revision, record) VALUES ($1, $3, $4)
    ON CONFLICT (aor) DO UPDATE SET revision = $3, record = $4 WHERE present.revision = $2
    RETURNING aor),
  addresses_given_up AS (
    DELETE FROM account_address USING won
    WHERE account_address.aor = won.aor AND address <> ALL ($5::text[])),
  addresses_taken AS (
    INSERT INTO account_address (address, aor)
    SELECT address, won.aor FROM won, unnest($5::text[]) AS wanted (address)
    WHERE NOT EXISTS (SELECT FROM account_address AS held WHERE held.address = wanted.address AND held.aor = won.aor)),
  usernames_given_up AS (
    DELETE FROM account_username USING won
    WHERE account_username.aor = won.aor
      AND (realm, username) NOT IN (SELECT * FROM unnest($6::text[], $7::text[]))),
  usernames_taken AS (
    INSERT INTO account_username (realm, username, aor)
    SELECT realm, username, won.aor FROM won, unnest($6::text[], $7::text[]) AS wanted (realm, username)
    WHERE NOT EXISTS (
      SELECT FROM account_username AS held
      WHERE held.realm = wanted.realm AND held.username = wanted.username AND held.aor = won.aor)),
  sessions_ended AS (DELETE FROM browser_session USING won WHERE browser_session.aor = won.aor AND $8::boolean)
  SELECT 1 FROM won`,
}

const REMOVE_ACCOUNT = {
  name: 'remove-account',
  text: `WITH won AS (DELETE FROM account WHERE aor = $1 AND revision = $2 RETURNING aor),
  addresses AS (DELETE FROM account_address USING won WHERE account_address.aor = won.aor),
  usernames AS (DELETE FROM account_username USING won WHERE account_username.aor = won.aor),
  sessions AS (DELETE FROM browser_session USING won WHERE browser_session.aor = won.aor)
  SELECT 1 FROM won`,
}
