/** Audit log: one record for each change that is begun, before it is made, and one of its outcome, before the answer. Append-only. */
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import type { Clock } from '../../core/model/clock.ts'
import type { Domains } from '../../core/model/domain.ts'
import type { Log } from '../../core/model/log.ts'
import type { OpenedStore } from '../../core/model/opened-store.ts'
import type { Aor } from '../../core/uri/aor.ts'
import { AccountProblem } from '../account-problem.ts'
import type { Configuration } from '../configuration.ts'
import { createAuditFiles, type AuditFiles } from './audit-files.ts'
import { BEGUN, type AuditRecord } from './audit-record.ts'
import { createAuditSubjects, type AuditSubjects } from './audit-subjects.ts'
import type { Caller, Concern } from './operation.ts'
import { resolveAddress } from './reach.ts'

interface Asked {
  readonly operation: string
  readonly concern: Concern | undefined
  readonly caller: Caller
}

/** A change that was begun, until its outcome is known. */
export interface AuditEntry {
  /** `done`, or what stood in the way. */
  note(outcome: string): Promise<void>
}

/** Each rejects with AccountProblem when the log cannot be written. */
export interface AuditLog {
  /** On the disk when it resolves: not even a killed process changes what is not noted. */
  begin(asked: Asked): Promise<AuditEntry>
  /** Nothing was begun. */
  refuse(asked: Asked, outcome: string): Promise<void>
  readonly close: () => Promise<void>
}

export function auditFolder(dataFolder: string): string {
  return join(dataFolder, 'audit')
}

interface AuditLogParts {
  readonly configuration: Configuration
  readonly store: OpenedStore
  readonly domains?: Domains | undefined
  readonly clock: Clock
  readonly log: Log
}

const CHANGE_BYTES = 6

export function createAuditLog({
  configuration,
  store,
  domains,
  clock,
  log,
}: AuditLogParts): AuditLog {
  const folder = auditFolder(configuration.data)
  const files = createAuditFiles({ folder, clock, ...configuration.admin.audit })
  const append = appendTo(files, { clock, log })
  const subjects = createAuditSubjects(store)
  const describe = describeAsked(subjects, { ...store, domains })

  /** Who has no account is not remembered: neither whom a guess names, nor who was erased just now. */
  async function remember(aor: Aor | undefined): Promise<void> {
    if (aor !== undefined && (await store.accounts.find(aor))) await subjects.remember(aor)
  }

  return {
    async begin(asked) {
      const { aor, said } = await describe(asked)
      const change = randomBytes(CHANGE_BYTES).toString('hex')
      await remember(aor)
      await append({ ...said, change, outcome: BEGUN })
      return {
        async note(outcome) {
          // It may have an account only now.
          await remember(aor)
          await append({ ...said, change, outcome })
        },
      }
    },
    // Who asked in vain is told as fast of an account as of none: nobody is remembered.
    async refuse(asked, outcome) {
      const { said } = await describe(asked)
      await append({ ...said, outcome })
    },
    close: files.close,
  }
}

/** Everything but time and outcome. */
function describeAsked(subjects: AuditSubjects, accounts: Parameters<typeof resolveAddress>[1]) {
  return async ({ operation, concern, caller: { who, name, from } }: Asked) => {
    const aor = await subjectOf(concern, accounts)
    const domain = concern !== undefined && domainOf(concern)
    const said = {
      ...{ operation, caller: who },
      ...(name !== undefined && { name }),
      ...(from !== undefined && { from }),
      ...(aor !== undefined && { subject: await subjects.pseudonym(aor) }),
      ...(domain && { domain }),
    }
    return { aor, said }
  }
}

/** One record after the other. */
function appendTo(files: AuditFiles, { clock, log }: Pick<AuditLogParts, 'clock' | 'log'>) {
  return async (record: Omit<AuditRecord, 'time'>): Promise<void> => {
    try {
      const time = new Date(clock.now()).toISOString()
      await files.append(JSON.stringify({ time, ...record }))
    } catch (error) {
      const { message } = error as Error
      log.error({ reason: message }, 'the audit log cannot be written')
      const what = record.outcome === 'done' ? 'the change was made, but' : 'nothing was changed:'
      throw new AccountProblem(`${what} the audit log cannot be written: ${message}`, 'unavailable')
    }
  }
}

async function subjectOf(
  concern: Concern | undefined,
  parts: Parameters<typeof resolveAddress>[1],
): Promise<Aor | undefined> {
  if (typeof concern !== 'object' || !('address' in concern)) return undefined
  return resolveAddress(concern.address, parts)
}

function domainOf(concern: Concern): string | undefined {
  return typeof concern === 'object' && 'domain' in concern ? concern.domain : undefined
}
