/** The embedded store: everything in one folder, open to one process. */
import { join } from 'node:path'
import type { ChangeFeed } from '../model/change-feed.ts'
import type { Clock } from '../model/clock.ts'
import type { Log } from '../model/log.ts'
import type { AccountStore, DocumentStore, EventStateStore, SecretStore } from '../model/stores.ts'
import { createAccountCache, createAccountStore } from './account-store.ts'
import { openBlobFiles } from './blob-files.ts'
import { createBlobShelf } from './blob-shelf.ts'
import { createChangePublisher } from './change-publisher.ts'
import { createCurrentIcons } from './current-icons.ts'
import { createDocumentCache, createDocumentStore } from './document-store.ts'
import { createDocumentWriter } from './document-writer.ts'
import { createEventStateStore } from './event-state-store.ts'
import { openLevelDatabase } from './level-database.ts'
import { createSecretStore } from './secret-store.ts'
import { openSequenceNumbers } from './sequence-numbers.ts'
import { claimStoreFolder } from './store-format.ts'
import { createTransactions } from './transactions.ts'

export interface LevelStore {
  readonly documents: DocumentStore
  readonly accounts: AccountStore
  readonly eventState: EventStateStore
  readonly secrets: SecretStore
  readonly changes: ChangeFeed
  /** Waits for the writes under way. */
  close(): Promise<void>
}

const MEBIBYTE = 1024 * 1024

/**
 * Opens the store in `folder`, which is made when it is not there.
 * Throws an Error with a message for the operator when another process has it open, or a newer Visage wrote it.
 */
export async function openLevelStore({
  folder,
  clock,
  log,
}: {
  folder: string
  clock: Clock
  log: Log
}): Promise<LevelStore> {
  await claimStoreFolder(folder)
  const durable = await openDurableRooms({ folder, clock, log })
  const eventDatabase = await openLevelDatabase({
    folder: join(folder, 'event-state'),
    sync: false,
    writeBufferBytes: 16 * MEBIBYTE,
    clock,
    log,
  }).catch(async (error: unknown) => {
    await durable.close()
    throw error
  })
  const { idle, ...eventState } = createEventStateStore({ database: eventDatabase, log })
  const { close, ...stores } = durable
  return {
    ...stores,
    eventState,
    async close() {
      await idle()
      await eventDatabase.close()
      await close()
    },
  }
}

/** What is fsynced: documents with their images, accounts, secrets. One database, so that they share its group commit. */
async function openDurableRooms({
  folder,
  clock,
  log,
}: {
  folder: string
  clock: Clock
  log: Log
}) {
  const documentCache = createDocumentCache()
  const accountCache = createAccountCache()
  let forgetIcons = () => {}
  const database = await openLevelDatabase({
    folder: join(folder, 'documents'),
    sync: true,
    clock,
    log,
    onReopened: () => {
      documentCache.clear()
      accountCache.clear()
      forgetIcons()
    },
  })
  const files = await openBlobFiles(join(folder, 'blobs'))
  const transactions = createTransactions({ database })
  const { latest } = transactions
  const { changes, publish } = createChangePublisher({ log })
  const shelf = createBlobShelf({ files, latest, log })
  const icons = createCurrentIcons({ database, latest, log })
  forgetIcons = icons.forgetAll
  const sequence = openSequenceNumbers({ database, clock, log })
  const forget = documentCache.delete
  const writer = createDocumentWriter({
    transactions,
    shelf,
    icons,
    sequence,
    publish,
    forget,
    clock,
    log,
  })
  const sweeping = shelf.sweepAll().catch((error: unknown) => {
    log.warn({ err: error }, 'looking for blobs that nothing refers to failed')
  })
  return {
    documents: createDocumentStore({ database, cache: documentCache, files, icons, writer, log }),
    accounts: createAccountStore({ database, transactions, cache: accountCache, publish, log }),
    secrets: createSecretStore({ transactions }),
    changes,
    async close() {
      await transactions.idle()
      await shelf.close()
      await sweeping
      await database.close()
    },
  }
}
