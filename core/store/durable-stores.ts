/** What is fsynced: documents with their images, accounts, secrets, pairs. In one database, so that they share its group commit. */
import { join } from 'node:path'
import type { AdministrationStore } from '../model/administration-store.ts'
import type { ChangeFeed } from '../model/change-feed.ts'
import type { Clock } from '../model/clock.ts'
import type { DomainUsages } from '../model/domain-usage.ts'
import type { Log } from '../model/log.ts'
import type { CheckStore, StoreSnapshot } from '../model/store-snapshot.ts'
import type { StoreTransfer } from '../model/store-transfer.ts'
import type {
  AccountStore,
  DocumentStore,
  NeighbourStore,
  SecretStore,
  SessionStore,
} from '../model/stores.ts'
import { createAccountCache, createAccountReader } from './account-reader.ts'
import { createAccountStore } from './account-store.ts'
import { createAccountWriter } from './account-writer.ts'
import { createAdministrationStore } from './administration-store.ts'
import { checkOpenStore } from './check/level-check.ts'
import { openBlobFiles, type BlobFiles } from './blob-files.ts'
import { createBlobReferences } from './blob-references.ts'
import { createBlobShelf } from './blob-shelf.ts'
import { createChangePublisher } from './change-publisher.ts'
import { createCurrentIcons } from './current-icons.ts'
import { createDocumentCache } from './document-cache.ts'
import { createDocumentReader } from './document-reader.ts'
import { createDocumentStore } from './document-store.ts'
import { createDocumentWriter } from './document-writer.ts'
import { createDomainUsages } from './domain-usages.ts'
import { createIconIndex } from './icon-index.ts'
import type { DatabaseSnapshot } from './database-snapshots.ts'
import { openLevelDatabase, type LevelDatabase } from './level-database.ts'
import { createLevelSnapshot } from './level-snapshot.ts'
import { createLevelTransfer } from './level-transfer.ts'
import { createNeighbourStore } from './neighbour-store.ts'
import { createSecretStore } from './secret-store.ts'
import { openSequenceNumbers } from './sequence-numbers.ts'
import { createSessionChanges } from './session-changes.ts'
import { createSessionCache, createSessionReader } from './session-reader.ts'
import { createSessionStore } from './session-store.ts'
import { createSessionWriter } from './session-writer.ts'
import { createTransactions, type Transactions } from './transactions.ts'
import { createTreeTotals } from './tree-totals.ts'

export interface DurableStores {
  readonly documents: DocumentStore
  readonly accounts: AccountStore
  readonly sessions: SessionStore
  readonly secrets: SecretStore
  readonly neighbours: NeighbourStore
  readonly administration: AdministrationStore
  readonly usages: DomainUsages
  readonly changes: ChangeFeed
  readonly transfer: StoreTransfer
  /** `soft`: of the event state, at the same time. */
  readonly snapshot: (soft: DatabaseSnapshot) => StoreSnapshot
  /** As it was when `soft` was taken, which is closed afterwards. */
  readonly check: (soft: DatabaseSnapshot, told: Parameters<CheckStore>[0]) => Promise<void>
  /** As of the database; images that nothing refers to are gone before it begins. */
  readonly compact: LevelDatabase['compact']
  readonly close: () => Promise<void>
}

interface Place {
  readonly folder: string
  readonly clock: Clock
  readonly log: Log
}

export async function openDurableStores({ folder, clock, log }: Place): Promise<DurableStores> {
  const database = await openLevelDatabase({
    folder: join(folder, 'documents'),
    sync: true,
    clock,
    log,
  })
  const transactions = createTransactions({ database })
  const { changes, publish } = createChangePublisher({ log })
  const shared = { database, transactions, publish, log }
  const opened = await openDocuments({ ...shared, folder, clock })
  const { documents, transfer, files, keepBlobs, blobsRemoved, closeDocuments } = opened
  return {
    documents,
    ...openAccounts({ ...shared, clock }),
    secrets: createSecretStore({ transactions }),
    neighbours: createNeighbourStore({ database, transactions, log }),
    administration: createAdministrationStore({ database, transactions, log }),
    usages: createDomainUsages({ database, transactions, log }),
    ...{ changes, transfer },
    ...createAsItWas({ database, files, keepBlobs, folder, clock, log }),
    async compact() {
      await blobsRemoved()
      await database.compact()
    },
    async close() {
      await transactions.idle()
      await closeDocuments()
      await database.close()
    },
  }
}

/** What is read of the store at one time, while it is written to. */
function createAsItWas({
  database,
  files,
  keepBlobs,
  ...place
}: Place & {
  readonly database: LevelDatabase
  readonly files: BlobFiles
  readonly keepBlobs: () => () => void
}): Pick<DurableStores, 'snapshot' | 'check'> {
  return {
    snapshot: (soft) =>
      createLevelSnapshot({
        ...{ durable: database.snapshot(), soft, files, log: place.log },
        release: keepBlobs(),
      }),
    check(soft, told) {
      const durable = database.snapshot()
      const release = keepBlobs()
      return checkOpenStore({ durable, soft, files, ...place }, told).finally(() => {
        release()
        return Promise.all([durable.close(), soft.close()])
      })
    },
  }
}

/** Of all accounts together, about 1 KB each. */
const MOST_SESSIONS = 100_000

interface Shared {
  readonly database: LevelDatabase
  readonly transactions: Transactions
  readonly publish: ReturnType<typeof createChangePublisher>['publish']
  readonly log: Log
}

async function openDocuments({
  database,
  transactions,
  publish,
  folder,
  clock,
  log,
}: Shared & Place) {
  const files = await openBlobFiles(join(folder, 'blobs'))
  const { latest } = transactions
  const references = createBlobReferences({ latest, log })
  const shelf = createBlobShelf({ files, references, clock, log })
  const totals = createTreeTotals({ latest, log })
  const iconIndex = createIconIndex({ latest, log })
  const icons = createCurrentIcons({ database, index: iconIndex, log })
  const sequence = openSequenceNumbers({ database, clock, log })
  const cache = createDocumentCache()
  database.onReopened(() => {
    cache.clear()
    icons.forget()
  })
  const reader = createDocumentReader({ database, cache, files })
  const writer = createDocumentWriter({
    ...{ transactions, shelf, references, totals, iconIndex, icons, sequence },
    ...{ publish, cache, clock, log },
  })
  const sweeping = shelf.sweepAll().catch((error: unknown) => {
    log.warn({ err: error }, 'looking for blobs that nothing refers to failed')
  })
  return {
    documents: createDocumentStore({ database, reader, writer, files, icons, log }),
    transfer: createLevelTransfer({ database, transactions, reader, writer, files, log }),
    ...{ files, keepBlobs: shelf.keepAll, blobsRemoved: shelf.idle },
    closeDocuments: async () => {
      cache.clear()
      await shelf.close()
      await sweeping
    },
  }
}

function openAccounts(shared: Shared & { readonly clock: Clock }): {
  accounts: AccountStore
  sessions: SessionStore
} {
  const { database, transactions, log } = shared
  const cache = createAccountCache()
  const sessions = {
    cache: createSessionCache(),
    changes: createSessionChanges({ latest: transactions.latest, log }),
  }
  database.onReopened(() => {
    cache.clear()
    sessions.cache.clear()
  })
  const reader = createAccountReader({ database, cache })
  const writer = createAccountWriter({ ...shared, cache, sessions })
  return {
    accounts: createAccountStore({ database, reader, writer, log }),
    sessions: createSessionStore({
      ...shared,
      reader: createSessionReader({ ...shared, ...sessions }),
      writer: createSessionWriter({ ...shared, ...sessions, capacity: MOST_SESSIONS }),
    }),
  }
}
