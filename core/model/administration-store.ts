/** Administration store: what operators have said that is neither an account nor a document. Small records, by kind and key. */

/** Whose the records of a kind are: one file writes and reads each kind, and says there what its values are. */
export type AdministrationKind =
  /** Bearer tokens of /admin/v1, by identifier. */
  | 'token'
  /** Whom the audit log's pseudonyms stand for; gone when the person is erased. */
  | 'audit-subject'
  /** People whose icon only an administrator changes, by AOR. */
  | 'icon-lock'
  /** Images that nobody may store, by SHA-256. */
  | 'banned-image'
  /** Icons that wait for an administrator's approval, by AOR. */
  | 'held-icon'
  /** What the directory said of a person last, by AOR. */
  | 'directory-entry'
  /** What the account look-up said of a person last, by address. */
  | 'looked-up-account'
  /** That the store must be compacted, since somebody was erased; says nothing of whom. */
  | 'erasure'

interface AdministrationRecord {
  readonly key: string
  /** JSON; undefined members are left out. */
  readonly value: unknown
}

/** A write is on the disk when its promise resolves. Nothing is cached: it is not asked on the hot paths. */
export interface AdministrationStore {
  get(kind: AdministrationKind, key: string): Promise<unknown>
  /** Replaces what was there. `value`: JSON, a few KB at most. */
  put(kind: AdministrationKind, key: string, value: unknown): Promise<void>
  /** Whether it was there. */
  remove(kind: AdministrationKind, key: string): Promise<boolean>
  /** All of a kind, ordered by key; `after`: only those behind this key. */
  list(kind: AdministrationKind, after?: string): AsyncIterable<AdministrationRecord>
}
