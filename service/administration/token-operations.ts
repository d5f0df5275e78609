/** Bearer tokens, as operations for who may open the data folder: a token makes no tokens. */
import { z } from 'zod'
import type { Clock } from '../../core/model/clock.ts'
import type { Domains } from '../../core/model/domain.ts'
import type { OpenedStore } from '../../core/model/opened-store.ts'
import { AccountProblem } from '../account-problem.ts'
import { describeOperation, operation, type Operation } from './operation.ts'
import { domainValue, momentValue } from './operation-values.ts'
import { createTokens, type Token } from './tokens.ts'

const token = z
  .object({
    id: z.string(),
    name: z.string(),
    scope: z.enum(['read', 'write']),
    domains: z.array(z.string()).optional(),
    created: momentValue,
    expires: momentValue.optional(),
  })
  .meta({ id: 'Token' })

const MOST_DOMAINS = 100

export const addToken = describeOperation({
  name: 'addToken',
  method: 'POST',
  path: '/tokens',
  summary: 'Makes a bearer token.',
  scope: 'write',
  localOnly: true,
  input: z.strictObject({
    name: z.string().min(1).max(100),
    scope: z.enum(['read', 'write']).default('read'),
    domains: z.array(domainValue).min(1).max(MOST_DOMAINS).optional(),
    /** Seconds from now; absent: until it is removed. */
    lifetime: z.number().positive().optional(),
  }),
  output: z.object({ token, text: z.string() }),
  concerns: () => 'service',
})

export const listTokens = describeOperation({
  name: 'listTokens',
  method: 'GET',
  path: '/tokens',
  summary: 'Lists the bearer tokens, without what makes them work.',
  scope: 'read',
  localOnly: true,
  input: z.strictObject({}),
  output: z.object({ tokens: z.array(token) }),
  concerns: () => 'service',
})

export const removeToken = describeOperation({
  name: 'removeToken',
  method: 'DELETE',
  path: '/tokens/{id}',
  summary: 'Removes a bearer token: from then on it is refused.',
  scope: 'write',
  localOnly: true,
  input: z.strictObject({ id: z.string().max(100) }),
  output: z.object({}),
  concerns: () => 'service',
})

interface TokenOperationsParts {
  readonly store: OpenedStore
  readonly domains?: Domains | undefined
  readonly clock: Clock
}

export function tokenOperations({
  store,
  domains,
  clock,
}: TokenOperationsParts): readonly Operation[] {
  const tokens = createTokens({ ...store, clock })
  return [
    operation(addToken, async ({ domains: names, lifetime, ...said }) => {
      const added = await tokens.add({
        ...said,
        ...(names && { domains: names.map((name) => servedDomain(name, domains)) }),
        ...(lifetime !== undefined && { expires: clock.now() + lifetime * 1000 }),
      })
      return { token: printed(added.token), text: added.text }
    }),
    operation(listTokens, async () => {
      const all = []
      for await (const one of tokens.list()) all.push(printed(one))
      return { tokens: all }
    }),
    operation(removeToken, async ({ id }) => {
      if (!(await tokens.remove(id))) throw new AccountProblem(`${id}: no such token`, 'absent')
      return {}
    }),
  ]
}

function servedDomain(name: string, domains: Domains | undefined): string {
  if (!domains) return name.toLowerCase()
  const served = domains.find(name)
  if (served) return served.name
  throw new AccountProblem(`${name} is not a domain of this server`, 'invalid')
}

function printed({ created, expires, ...told }: Token): z.input<typeof token> {
  return {
    ...told,
    created: new Date(created).toISOString(),
    ...(expires !== undefined && { expires: new Date(expires).toISOString() }),
  }
}
