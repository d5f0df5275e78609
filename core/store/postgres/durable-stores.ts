/** Documents with their images, accounts, sessions, secrets and pairs on PostgreSQL, and the change feed that tells of them. */
import type { ChangeFeed } from '../../model/change-feed.ts'
import type { Clock } from '../../model/clock.ts'
import type { Log } from '../../model/log.ts'
import type { TransferableStore } from '../../model/store-transfer.ts'
import type { Aor } from '../../uri/aor.ts'
import { createChangePublisher } from '../change-publisher.ts'
import type { LoggedAccount } from './account-names.ts'
import { createAccountReads, type AccountReads } from './account-reads.ts'
import { createAccountStore } from './account-store.ts'
import { createAccountWriter } from './account-writer.ts'
import { createAdministrationStore } from './administration-store.ts'
import type { ChangeLogFeed } from './change-log-feed.ts'
import { createCommit } from './commit.ts'
import type { Query } from './connection.ts'
import { createDocumentReads, type DocumentReads } from './document-reads.ts'
import { idOfLogged, type LoggedDocument } from './document-row.ts'
import { createDocumentStore } from './document-store.ts'
import { createDocumentWriter } from './document-writer.ts'
import { createDomainUsages } from './domain-usages.ts'
import { createIconReads, type IconReads } from './icon-reads.ts'
import { createImageSweep } from './image-sweep.ts'
import { createNeighbourStore } from './neighbour-store.ts'
import { createPersonStore, isRedacted } from './person-store.ts'
import { createPostgresTransfer } from './postgres-transfer.ts'
import { createSecretStore } from './secret-store.ts'
import { createSessionStore } from './session-store.ts'
import { originalText } from './stored-text.ts'
import type { RunTransaction } from './transaction.ts'

export type DurableStores = Pick<
  TransferableStore,
  | 'documents'
  | 'accounts'
  | 'sessions'
  | 'secrets'
  | 'neighbours'
  | 'administration'
  | 'people'
  | 'usages'
  | 'changes'
  | 'transfer'
  | 'close'
>

interface Parts {
  readonly query: Query
  readonly transaction: RunTransaction
  readonly feed: ChangeLogFeed
  readonly clock: Clock
  readonly log: Log
}

export function createDurableStores(parts: Parts): DurableStores {
  const { query, transaction, feed, clock, log } = parts
  const { isLive, caughtUp } = feed
  const commit = createCommit({ transaction, heard: caughtUp })
  const images = createImageSweep({ query, log })
  const icons = createIconReads({ query, isLive })
  const documents = createDocumentReads({ query, isLive, readImage: icons.image })
  const accounts = createAccountReads({ query, isLive })
  const changes = hearChanges({ feed, documents, icons, accounts, log })
  images.sweepAll()
  const writing = { query, commit, clock, images }
  return {
    documents: createDocumentStore({
      ...{ query, icons, reads: documents, writer: createDocumentWriter(writing) },
    }),
    accounts: createAccountStore({
      ...{ query, reads: accounts, writer: createAccountWriter(writing) },
    }),
    sessions: createSessionStore({ query, clock }),
    secrets: createSecretStore({ query }),
    neighbours: createNeighbourStore({ query }),
    administration: createAdministrationStore({ query }),
    usages: createDomainUsages({ query }),
    people: createPersonStore({ query, imagesRemoved: images.idle }),
    changes,
    transfer: createPostgresTransfer({ query, commit, readImage: icons.image }),
    close: images.idle,
  }
}

/** What is kept in memory is forgotten before anybody hears of the change. */
function hearChanges({
  feed,
  documents,
  icons,
  accounts,
  log,
}: {
  feed: ChangeLogFeed
  documents: DocumentReads
  icons: IconReads
  accounts: AccountReads
  log: Log
}): ChangeFeed {
  const { changes, publish } = createChangePublisher({ log })

  function forgetAll(): void {
    for (const reads of [documents, icons, accounts]) reads.forgetAll()
  }

  function hearDocument({ names, ...tags }: LoggedDocument): void {
    const id = idOfLogged({ names })
    documents.forget(id)
    icons.forget(id)
    publish({ kind: 'document', id, ...tags })
  }

  function hearAccount({ aor, names }: LoggedAccount): void {
    accounts.forget(names.map(originalText))
    publish({ kind: 'account', aor: originalText(aor) as Aor })
  }

  feed.subscribe({
    kinds: ['document', 'account'],
    own: true,
    hear({ kind, subject }) {
      // Whose it was has been erased before it was heard.
      if (isRedacted(subject)) forgetAll()
      else if (kind === 'document') hearDocument(subject as LoggedDocument)
      else hearAccount(subject as LoggedAccount)
    },
    gap: forgetAll,
  })
  return changes
}
