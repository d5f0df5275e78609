/** What a domain has and may have, as an operation. */
import { z } from 'zod'
import type { DomainQuota } from '../../core/model/domain.ts'
import { AccountProblem } from '../account-problem.ts'
import type { Configuration } from '../configuration.ts'
import type { AdministrationGround } from './administration-ground.ts'
import { describeOperation, operation, type Operation } from './operation.ts'
import { domainValue } from './operation-values.ts'

const limit = z.number().optional()

export const getDomain = describeOperation({
  name: 'getDomain',
  method: 'GET',
  path: '/domains/{domain}',
  summary:
    'Tells what the people of a domain have stored all together, and what they may; counted anew.',
  scope: 'read',
  input: z.strictObject({ domain: domainValue }),
  output: z
    .object({
      name: z.string(),
      users: z.number(),
      documents: z.number(),
      bytes: z.number(),
      quota: z
        .object({
          ...{ users: limit, documents: limit, bytes: limit },
          documentsPerUser: z.number(),
          bytesPerUser: z.number(),
        })
        .meta({ description: 'Absent members: any number.' }),
    })
    .meta({ id: 'Domain' }),
  concerns: ({ domain }) => ({ domain }),
})

export function domainOperations({
  configuration,
  store,
  domains,
}: Pick<AdministrationGround, 'configuration' | 'store' | 'domains'>): readonly Operation[] {
  return [
    operation(getDomain, async ({ domain: host }) => {
      const domain = domains?.find(host)
      if (domains && !domain) throw new AccountProblem(`${host}: no such domain`, 'absent')
      const name = domain?.name ?? host.toLowerCase()
      const usage = await store.usages?.of(name)
      if (!usage) throw new Error('the store of this process counts nothing')
      return { name, ...usage, quota: quotaOf(domain?.quota, configuration.limits) }
    }),
  ]
}

/** With what everybody may where the domain says nothing else. */
function quotaOf(quota: DomainQuota | undefined, limits: Configuration['limits']) {
  return {
    ...quota,
    documentsPerUser: quota?.documentsPerUser ?? limits.documentsPerUser,
    bytesPerUser: quota?.bytesPerUser ?? limits.bytesPerUser,
  }
}
