/** Audit subjects: whom a record is about, as a pseudonym; who that is can be forgotten, and the record stays. */
import { createHmac } from 'node:crypto'
import { z } from 'zod'
import type { AdministrationStore } from '../../core/model/administration-store.ts'
import type { SecretStore } from '../../core/model/stores.ts'
import type { Aor } from '../../core/uri/aor.ts'

const subjectRecord = z.object({ aor: z.string() })

export interface AuditSubjects {
  pseudonym(aor: Aor): Promise<string>
  /** From now on the log can tell whom the pseudonym stands for. */
  remember(aor: Aor): Promise<void>
  /** What the person did not take with them is the fact alone. */
  forget(aor: Aor): Promise<void>
  /** Undefined: nobody knows any more. */
  standsFor(pseudonym: string): Promise<Aor | undefined>
}

/** Hexadecimal digits: 128 bits. */
const LENGTH = 32

export function createAuditSubjects({
  administration,
  secrets,
}: {
  administration: AdministrationStore
  secrets: SecretStore
}): AuditSubjects {
  let key: Promise<Uint8Array> | undefined
  const pseudonym = async (aor: Aor) => {
    key ??= secrets.secret('audit-subject')
    return createHmac('sha256', await key)
      .update(aor)
      .digest('hex')
      .slice(0, LENGTH)
  }
  const standsFor = async (name: string) => {
    const value = await administration.get('audit-subject', name)
    return value === undefined ? undefined : (subjectRecord.parse(value).aor as Aor)
  }
  return {
    pseudonym,
    standsFor,
    async remember(aor) {
      const name = await pseudonym(aor)
      if ((await standsFor(name)) === undefined) {
        await administration.put('audit-subject', name, { aor })
      }
    },
    async forget(aor) {
      await administration.remove('audit-subject', await pseudonym(aor))
    },
  }
}
