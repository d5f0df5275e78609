/** What `visage token` does and prints. */
import { addToken, listTokens, removeToken } from '../../service/administration/token-operations.ts'
import { parseSeconds } from '../../service/units.ts'
import { UsageError } from '../usage-error.ts'
import { administrationOf } from './administration.ts'
import type { ListFlags, StoreFlags } from './user-flags.ts'

export interface NewTokenFlags extends StoreFlags {
  readonly name: string
  readonly scope: string
  readonly domain?: string[]
  readonly expires?: string
}

export async function addNewToken(flags: NewTokenFlags): Promise<void> {
  const { name, scope, domain: domains, expires } = flags
  if (scope !== 'read' && scope !== 'write') throw new UsageError('--scope is read or write')
  const lifetime = expires === undefined ? undefined : parseSeconds(expires)
  if (expires !== undefined && !lifetime) {
    throw new UsageError(`--expires: expected a duration as 90d, not ${expires}`)
  }
  const { text } = await administrationOf(flags, (ask) =>
    ask(addToken, { name, scope, domains, lifetime }),
  )
  process.stderr.write('The token is shown now and never again:\n')
  process.stdout.write(`${text}\n`)
}

export async function showTokens({ json, ...flags }: ListFlags): Promise<void> {
  const { tokens } = await administrationOf(flags, (ask) => ask(listTokens, {}))
  for (const token of tokens) {
    const { id, name, scope, domains = ['all domains'], expires = 'never expires' } = token
    const words = [id, scope, domains.join(','), expires, name]
    process.stdout.write(`${json ? JSON.stringify(token) : words.join('\t')}\n`)
  }
}

export async function revokeToken(id: string, flags: StoreFlags): Promise<void> {
  await administrationOf(flags, (ask) => ask(removeToken, { id }))
  process.stdout.write(`Removed the token ${id}\n`)
}
