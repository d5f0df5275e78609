/** Store migration: everything that one store holds into another, exactly as it is; what is there already is left alone. */
import { lengthOf } from '../../core/model/async-length.ts'
import type { TransferableStore } from '../../core/model/store-transfer.ts'
import { migrateAdministration } from './administration-migration.ts'
import { migrateAccounts, migrateSessions } from './account-migration.ts'
import { migrateDocuments, migrateSecrets, verifyDocuments } from './document-migration.ts'
import {
  migrateBindings,
  migratePublications,
  migrateSubscriptions,
} from './event-state-migration.ts'
import type { Migration, MigrationStep } from './migration-step.ts'
import { migrateNeighbours } from './neighbour-migration.ts'

/** In this order: icons keep their addresses from the beginning, and an owner is there before the documents. */
const STEPS = {
  secrets: migrateSecrets,
  accounts: migrateAccounts,
  administration: migrateAdministration,
  sessions: migrateSessions,
  documents: migrateDocuments,
  contacts: migrateNeighbours,
  publications: migratePublications,
  subscriptions: migrateSubscriptions,
  registrations: migrateBindings,
} satisfies Record<string, MigrationStep>

export interface MigratedKind {
  readonly kind: string
  /** In the store that it comes from. */
  readonly found: number
  /** The others were there already. */
  readonly written: number
}

/**
 * Rejects with an Error for the operator; what was written until then stays, and the next run goes on behind it.
 * `progress`: a record of this kind was looked at.
 */
export async function migrateStore(
  migration: Migration,
  progress: (kind: string) => void,
): Promise<readonly MigratedKind[]> {
  const report: MigratedKind[] = []
  for (const [kind, step] of Object.entries(STEPS)) {
    let [found, written] = [0, 0]
    await step(migration, (isWritten) => {
      found++
      if (isWritten) written++
      progress(kind)
    })
    report.push({ kind, found, written })
  }
  await verifyDocuments(migration, progress)
  return report
}

/** What there is to copy: documents, accounts, and what is known of the event state. */
export async function countRecords({
  transfer,
  accounts,
  eventState,
}: TransferableStore): Promise<readonly MigratedKind[]> {
  const counted = async (kind: string, found: Promise<number>) => ({
    kind,
    found: await found,
    written: 0,
  })
  return Promise.all([
    counted('accounts', lengthOf(accounts.list())),
    counted('documents', transfer.countDocuments()),
    counted('publications', lengthOf(eventState.publications())),
    counted('subscriptions', lengthOf(eventState.subscriptions())),
    counted('registrations', lengthOf(eventState.bindings())),
  ])
}
