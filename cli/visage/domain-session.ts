/** What `visage domain` does and prints. */
import { getDomain } from '../../service/administration/domain-operations.ts'
import { administrationOf } from './administration.ts'
import type { ListFlags } from './user-flags.ts'

export async function showDomain(domain: string, { json, ...flags }: ListFlags): Promise<void> {
  const found = await administrationOf(flags, (ask) => ask(getDomain, { domain }))
  const { users, documents, bytes, quota } = found
  const lines = [
    `accounts\t${of(users, quota.users)}`,
    `documents\t${of(documents, quota.documents)}, each user at most ${quota.documentsPerUser}`,
    `bytes\t${of(bytes, quota.bytes)}, each user at most ${quota.bytesPerUser}`,
  ]
  process.stdout.write(`${json ? JSON.stringify(found) : lines.join('\n')}\n`)
}

const of = (number: number, most: number | undefined) =>
  most === undefined ? `${number}` : `${number} of ${most}`
