/** Audit log: one record for each change that was asked for, on the disk before the answer. Append-only. */
import { join } from 'node:path'
import type { Clock } from '../../core/model/clock.ts'
import type { Domains } from '../../core/model/domain.ts'
import type { OpenedStore } from '../../core/model/opened-store.ts'
import type { Aor } from '../../core/uri/aor.ts'
import type { Configuration } from '../configuration.ts'
import { createAuditFiles } from './audit-files.ts'
import { createAuditSubjects } from './audit-subjects.ts'
import type { Caller, Concern } from './operation.ts'
import { resolveAddress } from './reach.ts'

/** What a change is about, until its outcome is known. */
export interface AuditEntry {
  /** `done`, or what stood in the way. */
  note(outcome: string): Promise<void>
}

export interface AuditLog {
  begin(operation: string, concern: Concern | undefined, caller: Caller): Promise<AuditEntry>
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
}

export function createAuditLog({
  configuration,
  store,
  domains,
  clock,
}: AuditLogParts): AuditLog {
  const folder = auditFolder(configuration.data)
  const files = createAuditFiles({ folder, clock, ...configuration.admin.audit })
  const subjects = createAuditSubjects(store)
  const accounts = { ...store, domains }

  /** Who has no account is not remembered: neither whom a guess names, nor who was erased just now. */
  async function remember(aor: Aor | undefined): Promise<void> {
    if (aor !== undefined && (await store.accounts.find(aor))) await subjects.remember(aor)
  }

  return {
    async begin(operation, concern, { who, name, from }) {
      const aor = await subjectOf(concern, accounts)
      await remember(aor)
      const domain = concern !== undefined && domainOf(concern)
      const said = {
        ...{ operation, caller: who },
        ...(name !== undefined && { name }),
        ...(from !== undefined && { from }),
        ...(aor !== undefined && { subject: await subjects.pseudonym(aor) }),
        ...(domain && { domain }),
      }
      return {
        async note(outcome) {
          // It may have an account only now.
          await remember(aor)
          const time = new Date(clock.now()).toISOString()
          await files.append(JSON.stringify({ time, ...said, outcome }))
        },
      }
    },
    close: files.close,
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
