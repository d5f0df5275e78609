/** Homes without folders: their documents stand side by side, for their owner alone. RFC 4825 §5.5, §5.7. */
import type { Auid } from '../core/model/document-id.ts'
import type { DocumentStore } from '../core/model/stores.ts'
import type { ApplicationUsage } from './application-usage.ts'
import { storedDocumentReader } from './stored-document.ts'

export type FlatHome = Pick<
  ApplicationUsage,
  'auid' | 'names' | 'locate' | 'folders' | 'addresses' | 'read' | 'readers'
>

/** What most usages say of their documents' names and readers; each adds what its documents are. */
export function flatHome(auid: Auid, documents: DocumentStore): FlatHome {
  return {
    auid,
    names: [auid],
    locate: ({ tree, path: [name, ...deeper] }) =>
      name === undefined || deeper.length > 0 ? undefined : { auid, tree, path: name },
    folders: () => [],
    addresses: ({ path }) => [{ name: auid, path: [path] }],
    read: storedDocumentReader(documents),
    readers: 'owner',
  }
}
