/** Backup format: a tar of numbered parts, a head that says what it is, and an end that proves that nothing is missing. */
import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { AdministrationEntry } from '../../core/model/store-snapshot.ts'
import type { Account } from '../../core/model/account.ts'
import type { ContactPair } from '../../core/model/contact-pair.ts'
import type { BindingRecord, PublicationRecord } from '../../core/model/event-state.ts'
import type { SecretName, TransferredDocument } from '../../core/model/store-transfer.ts'
import type { Aor } from '../../core/uri/aor.ts'

/** Raised when a Visage that knows the present one would misread a backup. */
export const BACKUP_FORMAT = 1

export const HEAD = 'visage-backup.json'
export const END = 'end.json'

/** One file of the tar. */
export interface BackupPart {
  readonly name: string
  readonly bytes: Uint8Array
}

export const backupHead = z.object({
  format: z.number().int().positive(),
  /** Of the Visage that made it. */
  visage: z.string(),
  /** RFC 3339. */
  made: z.string(),
  accounts: z.number().int().nonnegative(),
  documents: z.number().int().nonnegative(),
})
export type BackupHead = z.output<typeof backupHead>

export const backupEnd = z.object({
  /** Parts before this one. */
  parts: z.number().int().nonnegative(),
  records: z.record(z.string(), z.number().int().nonnegative()),
  /** Of all parts before this one. */
  sha256: z.string(),
})

/** What stands as JSON, one a line, in parts named after the kind. */
export interface LineRecords {
  readonly secret: { readonly name: SecretName; readonly base64: string }
  readonly administration: AdministrationEntry
  readonly account: Account
  readonly pair: ContactPair
  readonly listed: { readonly user: Aor; readonly contacts: readonly Aor[] }
  readonly capabilities: { readonly hash: string; readonly features: readonly string[] }
  readonly publication: PublicationRecord
  readonly registration: BindingRecord
}
export type LineKind = keyof LineRecords

export type BackupRecord =
  | { [Kind in LineKind]: { readonly kind: Kind; readonly record: LineRecords[Kind] } }[LineKind]
  | { readonly kind: 'document'; readonly record: TransferredDocument }

export interface BackupChecksum {
  readonly add: (part: BackupPart) => void
  readonly digest: () => string
}

/** Of the names, lengths and bytes of all parts. */
export function createBackupChecksum(): BackupChecksum {
  const hash = createHash('sha256')
  return {
    add({ name, bytes }) {
      hash.update(`${name}\n${bytes.length}\n`).update(bytes)
    },
    digest: () => hash.digest('hex'),
  }
}
