/** Kamailio's, OpenSIPS's and OpenXCAP's subscriber table: who may sign in, by hashes or passwords. */
import type { SubscriberRow } from '../account-requests.ts'
import { textOf, type TableRow } from './table-row.ts'

/** Whichever of them a table has. Kamailio's auth_db: ha1, ha1b; OpenSIPS's: ha1, ha1_sha256, ha1_sha512t256. */
const SECRETS = {
  ha1: 'ha1',
  ha1b: 'ha1b',
  ha1Sha256: 'ha1_sha256',
  ha1Sha512t256: 'ha1_sha512t256',
  password: 'password',
} as const

/** `line`: what the row is known by in answers. `realm`: of a row that has none. A text says what is missing. */
export function subscriberOf(
  row: TableRow,
  { line, realm }: { line: number; realm?: string | undefined },
): SubscriberRow | string {
  const [username, domain] = [textOf(row, 'username'), textOf(row, 'domain')]
  if (username === undefined) return 'no username'
  if (domain === undefined) return 'no domain'
  const secrets = Object.entries(SECRETS).flatMap(([name, column]) => {
    const value = textOf(row, column)
    return value === undefined ? [] : [[name, value] as const]
  })
  if (secrets.length === 0) return `${username}@${domain}: no ha1 and no password`
  const ownRealm = textOf(row, 'realm') ?? realm
  return {
    ...{
      line,
      username,
      domain,
      ...(Object.fromEntries(secrets) as Partial<Record<keyof typeof SECRETS, string>>),
    },
    ...(ownRealm !== undefined && { realm: ownRealm }),
  }
}
