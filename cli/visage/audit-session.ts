/** What `visage audit` does and prints. */
import { queryAudit } from '../../service/administration/audit-operations.ts'
import { pagesOf } from '../../service/administration/pages.ts'
import { systemClock } from '../../service/system-clock.ts'
import { parseSeconds } from '../../service/units.ts'
import { printable } from '../printable.ts'
import { UsageError } from '../usage-error.ts'
import { administrationOf } from './administration.ts'
import type { ListFlags } from './user-flags.ts'

export interface AuditFlags extends ListFlags {
  readonly address?: string
  readonly since?: string
}

const SHOWN_AT_ONCE = 1_000

export async function showAudit({ json, address, since, ...flags }: AuditFlags): Promise<void> {
  const query = {
    ...(address !== undefined && { address }),
    ...(since !== undefined && { since: momentOf(since) }),
    limit: SHOWN_AT_ONCE,
  }
  await administrationOf(flags, async (ask) => {
    for await (const { records } of pagesOf(ask, queryAudit, query)) {
      for (const record of records) {
        process.stdout.write(`${json ? JSON.stringify(record) : printable(lineOf(record))}\n`)
      }
    }
  })
}

type Record = Awaited<ReturnType<(typeof queryAudit)['output']['parseAsync']>>['records'][number]

function lineOf({
  time,
  caller,
  name,
  from,
  operation,
  address,
  subject,
  domain,
  outcome,
}: Record) {
  const who = name === undefined ? caller : `${caller} (${name})`
  const whom = address ?? subject ?? domain ?? '-'
  return [time, operation, whom, outcome, who, from ?? 'this machine'].join('  ')
}

/** A time, or how long ago it was. */
function momentOf(text: string): string {
  const ago = parseSeconds(text)
  const moment = ago === undefined ? Date.parse(text) : systemClock.now() - ago * 1000
  if (Number.isNaN(moment))
    throw new UsageError(`--since: ${text} is neither a time nor a duration`)
  return new Date(moment).toISOString()
}
