/** Who costs a running service most, within the last minute. */
import { z } from 'zod'
import { COST_NAMES } from '../top/cost.ts'
import type { LookAtTop } from '../top/top.ts'
import { describeOperation, operation, type Operation } from './operation.ts'

const MOST = 1_000

const costs = z.object({
  kind: z.enum(['account', 'source']),
  name: z.string(),
  requests: z.number(),
  notifies: z.number(),
  icons: z.number(),
  refused: z.number(),
  bytesIn: z.number(),
  bytesOut: z.number(),
})

export type CostRow = z.output<typeof costs>

export const lookAtTop = describeOperation({
  name: 'lookAtTop',
  method: 'GET',
  path: '/top',
  summary:
    'Says which accounts and sources cost most within the last minute; counting begins when it is asked, and goes on while it is asked again.',
  scope: 'read',
  needsService: 'only a running one knows',
  input: z.object({
    by: z.enum(COST_NAMES).default('requests'),
    limit: z.coerce.number().int().min(1).max(MOST).default(50),
  }),
  output: z.object({
    /** Seconds. */
    counted: z.number(),
    rows: z.array(costs),
  }),
  concerns: () => 'service' as const,
})

export function topOperations({ top }: { readonly top: LookAtTop }): readonly Operation[] {
  return [
    operation(lookAtTop, async ({ by, limit }) => {
      const { counted, sums } = await top()
      const rows = [...sums].map(([named, cost]): CostRow => {
        const [kind, name = ''] = named.split(' ', 2)
        return { kind: kind === 'account' ? 'account' : 'source', name, ...cost }
      })
      rows.sort((one, other) => other[by] - one[by] || one.name.localeCompare(other.name))
      return { counted: counted / 1000, rows: rows.slice(0, limit) }
    }),
  ]
}
