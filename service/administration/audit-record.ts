/** Audit record: who asked for which change, when, from where, and what became of it. Nothing of the content. */
import { z } from 'zod'
import { momentValue } from './operation-values.ts'

/** An outcome that is not known: the change is under way, or the process was killed meanwhile. */
export const BEGUN = 'begun'

export const auditRecord = z
  .object({
    time: momentValue,
    operation: z.string(),
    /** `token:ID` or `local:USER` */
    caller: z.string(),
    /** Of the token. */
    name: z.string().exactOptional(),
    /** IP address; absent: this machine. */
    from: z.string().exactOptional(),
    /** A pseudonym: audit-subjects.ts. */
    subject: z.string().exactOptional(),
    domain: z.string().exactOptional(),
    /** What a beginning and its outcome have in common; absent: nothing was begun. */
    change: z.string().exactOptional(),
    /** `done`, or what stood in the way. */
    outcome: z.string(),
  })
  .meta({ id: 'AuditRecord' })

export type AuditRecord = z.output<typeof auditRecord>
