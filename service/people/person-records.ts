/** What operators and the directory have said of a person: records of the administration, by kind. */
import type {
  AdministrationKind,
  AdministrationStore,
} from '../../core/model/administration-store.ts'
import type { Aor } from '../../core/uri/aor.ts'

/** By AOR. */
const BY_ADDRESS = [
  'icon-lock',
  'held-icon',
  'directory-entry',
  'looked-up-account',
] as const satisfies readonly AdministrationKind[]

export interface PersonRecord {
  readonly kind: (typeof BY_ADDRESS)[number]
  readonly key: Aor
  readonly value: unknown
}

export async function recordsOf(
  addresses: readonly Aor[],
  administration: AdministrationStore,
): Promise<readonly PersonRecord[]> {
  const found: PersonRecord[] = []
  for (const kind of BY_ADDRESS) {
    for (const key of addresses) {
      const value = await administration.get(kind, key)
      if (value !== undefined) found.push({ kind, key, value })
    }
  }
  return found
}
