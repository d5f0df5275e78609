/** What `visage user` does and prints. */
import {
  addAccount,
  addAlias,
  listAccounts,
  removeAccount,
  setPassword,
} from '../../service/administration/account-operations.ts'
import { pagesOf } from '../../service/administration/pages.ts'
import type { AccountSummary } from '../../service/account-administration.ts'
import { UsageError } from '../usage-error.ts'
import { administrationOf } from './administration.ts'
import { importAccountsFrom } from './import-accounts.ts'
import { newSecret } from './new-password.ts'
import type { ImportFlags, ListFlags, SecretFlags, StoreFlags } from './user-flags.ts'

const LISTED_AT_ONCE = 1_000

export async function addUser(address: string, flags: SecretFlags): Promise<void> {
  const secret = await newSecret(address, flags)
  const name = flags.name === undefined ? {} : { name: flags.name }
  const added = await administrationOf(flags, (ask) =>
    ask(addAccount, { address, ...name, ...secret }),
  )
  print(`Added ${added.address}, realm ${added.realms.join(', ')}`)
}

export async function addUserAlias(
  address: string,
  alias: string,
  flags: StoreFlags,
): Promise<void> {
  const account = await administrationOf(flags, (ask) => ask(addAlias, { address, alias }))
  print(`${account.address} is also ${account.aliases.join(', ')}`)
}

export async function setUserPassword(address: string, flags: SecretFlags): Promise<void> {
  const secret = await newSecret(address, flags)
  const account = await administrationOf(flags, (ask) => ask(setPassword, { address, ...secret }))
  print(`Set the password of ${account.address}`)
}

export async function removeUser(address: string, flags: StoreFlags): Promise<void> {
  const { documents } = await administrationOf(flags, (ask) => ask(removeAccount, { address }))
  print(`Removed ${address} and its documents (${documents})`)
}

export async function listUsers({ json, ...flags }: ListFlags): Promise<void> {
  await administrationOf(flags, async (ask) => {
    for await (const { accounts } of pagesOf(ask, listAccounts, { limit: LISTED_AT_ONCE })) {
      for (const account of accounts) print(json ? JSON.stringify(account) : lineOf(account))
    }
  })
}

function lineOf({ address, name = '', aliases }: AccountSummary): string {
  return [address, name, aliases.join(' ')].join('\t').trimEnd()
}

export async function importUsers(file: string, flags: ImportFlags): Promise<void> {
  if (flags.format !== 'kamailio') {
    throw new UsageError(`there is no format ${flags.format}: kamailio`)
  }
  await importAccountsFrom(file, flags)
}

function print(line: string): void {
  process.stdout.write(`${line}\n`)
}
