/** Asking the audit log, as an operation. Each node of several has a log of its own. */
import { z } from 'zod'
import type { Domains } from '../../core/model/domain.ts'
import type { OpenedStore } from '../../core/model/opened-store.ts'
import { AccountProblem } from '../account-problem.ts'
import type { Configuration } from '../configuration.ts'
import { auditFolder } from './audit-log.ts'
import { readAudit } from './audit-reading.ts'
import { auditRecord, type AuditRecord } from './audit-record.ts'
import { createAuditSubjects, type AuditSubjects } from './audit-subjects.ts'
import { describeOperation, operation, type Operation } from './operation.ts'
import { addressValue, momentValue, pageInput, pageOutput } from './operation-values.ts'
import { resolveAddress } from './reach.ts'

export const queryAudit = describeOperation({
  name: 'queryAudit',
  method: 'GET',
  path: '/audit',
  summary: 'Lists the changes that were asked for on this node, oldest first.',
  scope: 'read',
  input: z.strictObject({
    address: addressValue.optional(),
    since: momentValue.optional(),
    until: momentValue.optional(),
    ...pageInput,
    after: z
      .string()
      .regex(/^audit-[\dTZ]+\.jsonl:\d{1,15}$/, 'not what `next` said')
      .optional(),
  }),
  output: z.object({
    records: z.array(
      auditRecord.extend({
        address: z
          .string()
          .exactOptional()
          .meta({ description: 'Whom the subject stands for; absent when they were erased.' }),
      }),
    ),
    ...pageOutput,
  }),
  concerns: ({ address }) => (address === undefined ? 'service' : { address }),
})

interface AuditOperationsParts {
  readonly configuration: Configuration
  readonly store: OpenedStore
  readonly domains?: Domains | undefined
}

type Query = z.output<typeof queryAudit.input>
type Answer = z.input<typeof queryAudit.output>

export function auditOperations(parts: AuditOperationsParts): readonly Operation[] {
  const subjects = createAuditSubjects(parts.store)
  return [
    operation(queryAudit, async (query) => {
      const subject = await subjectIn(query, subjects, parts)
      return answer(query, { folder: auditFolder(parts.configuration.data), subject, subjects })
    }),
  ]
}

async function subjectIn(
  { address }: Query,
  subjects: AuditSubjects,
  { store, domains }: AuditOperationsParts,
): Promise<string | undefined> {
  if (address === undefined) return undefined
  const aor = await resolveAddress(address, { ...store, domains })
  if (aor) return subjects.pseudonym(aor)
  throw new AccountProblem(`${address}: expected an address as alice@example.com`, 'invalid')
}

async function answer(
  { since, until, after, limit }: Query,
  {
    folder,
    subject,
    subjects,
  }: { folder: string; subject: string | undefined; subjects: AuditSubjects },
): Promise<Answer> {
  const from = since === undefined ? -Infinity : Date.parse(since)
  const to = until === undefined ? Infinity : Date.parse(until)
  const isMeant = (record: AuditRecord) =>
    (subject === undefined || record.subject === subject) &&
    Date.parse(record.time) >= from &&
    Date.parse(record.time) <= to
  const records: Answer['records'] = []
  let next: string | undefined
  for await (const placed of readAudit(folder, after)) {
    if (!isMeant(placed.record)) continue
    // There is at least one more.
    if (records.length === limit && next !== undefined) return { records, next }
    records.push({ ...placed.record, ...(await whoIs(placed.record, subjects)) })
    next = placed.next
  }
  return { records }
}

async function whoIs({ subject }: AuditRecord, subjects: AuditSubjects) {
  const aor = subject === undefined ? undefined : await subjects.standsFor(subject)
  return aor === undefined ? {} : { address: aor.replace(/^sip:/, '') }
}
