/** What `visage user` does and prints. */
import { readFileSync } from 'node:fs'
import {
  addAccount,
  addAlias,
  importAccounts,
  listAccounts,
  removeAccount,
  setPassword,
} from '../../service/administration/account-operations.ts'
import { pagesOf } from '../../service/administration/pages.ts'
import type { AccountSummary } from '../../service/account-administration.ts'
import type { ImportReport } from '../../service/account-import.ts'
import { parseKamailioTable } from '../../service/kamailio-table.ts'
import { UsageError } from '../usage-error.ts'
import { administrationOf } from './administration.ts'
import { newSecret } from './new-password.ts'
import type { ImportFlags, ListFlags, SecretFlags, StoreFlags } from './user-flags.ts'

/** Rows that travel to a running service at once. */
const ROWS_AT_ONCE = 5_000
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
  const text = readFileSync(file === '-' ? process.stdin.fd : file, 'utf8')
  const { rows, refused } = parseKamailioTable(text, flags.realm)
  const reports = await administrationOf(flags, async (ask) => {
    const done: ImportReport[] = []
    for (let start = 0; start < rows.length; start += ROWS_AT_ONCE) {
      done.push(await ask(importAccounts, { rows: rows.slice(start, start + ROWS_AT_ONCE) }))
    }
    return done
  })
  report(reports, [...refused, ...reports.flatMap((one) => one.refused)])
}

function report(
  reports: readonly ImportReport[],
  refused: readonly { readonly line: number; readonly problem: string }[],
): void {
  const sum = (key: 'created' | 'changed' | 'unchanged' | 'foreignRealm') =>
    reports.reduce((total, one) => total + one[key], 0)
  for (const { line, problem } of refused.toSorted((a, b) => a.line - b.line)) {
    process.stderr.write(`line ${line}: ${problem}\n`)
  }
  if (sum('foreignRealm') > 0) {
    process.stderr.write(
      `${sum('foreignRealm')} accounts are of another realm than their domain's: ` +
        `they cannot sign in until domains[].realm in the configuration names it\n`,
    )
  }
  const counts = `${sum('created')} created, ${sum('changed')} changed, ${sum('unchanged')} unchanged`
  print(`${counts}, ${refused.length} refused`)
  if (refused.length > 0) process.exitCode = 1
}

function print(line: string): void {
  process.stdout.write(`${line}\n`)
}
