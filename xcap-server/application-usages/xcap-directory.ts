/** XCAP directory: the documents below a home, by usage. OMA XML Document Management. */
import {
  serializeXcapDirectory,
  type DirectoryEntry,
  type DirectoryFolder,
  XCAP_DIRECTORY_MEDIA_TYPE,
  XCAP_DIRECTORY_NAMESPACE,
} from '../../core/documents/xcap-directory.ts'
import { auid } from '../../core/model/document-id.ts'
import type { DocumentMetadata, DocumentStore } from '../../core/model/stores.ts'
import { buildXcapUri } from '../../core/uri/xcap-uri.ts'
import type { ApplicationUsage } from '../application-usage.ts'
import { computedDocument } from '../computed-document.ts'

const AUID = auid('org.openmobilealliance.xcap-directory')
const NAMES = ['directory.xml', 'index']

type StoredUsage = Pick<ApplicationUsage, 'auid' | 'addresses'>

/** `others`: every usage whose documents are stored. `rootUrl`: absolute URL of the XCAP root. */
export function createXcapDirectoryUsage({
  documents,
  others,
  rootUrl,
}: {
  documents: DocumentStore
  others: readonly StoredUsage[]
  rootUrl: string
}): ApplicationUsage {
  return {
    auid: AUID,
    names: [AUID],
    defaultNamespace: XCAP_DIRECTORY_NAMESPACE,
    mediaType: XCAP_DIRECTORY_MEDIA_TYPE,
    namespaces: [XCAP_DIRECTORY_NAMESPACE],
    folders: () => [],
    locate: ({ tree, path: [name = '', ...deeper] }) =>
      tree !== 'global' && NAMES.includes(name) && deeper.length === 0
        ? { auid: AUID, tree, path: name }
        : undefined,
    addresses: ({ path }) => [{ name: AUID, path: [path] }],
    read: async ({ tree }) => {
      const stored = await documents.list(tree)
      const content = serializeXcapDirectory(foldersOf(stored, others, rootUrl))
      return computedDocument(content, XCAP_DIRECTORY_MEDIA_TYPE)
    },
    readers: 'owner',
  }
}

/** By AUID in the URI: a document that has several addresses stands in the folder of each. */
function foldersOf(
  stored: readonly DocumentMetadata[],
  usages: readonly StoredUsage[],
  rootUrl: string,
): DirectoryFolder[] {
  const folders = new Map<string, DirectoryEntry[]>()
  for (const document of stored) {
    const { id } = document
    // Several usages may have the same documents under AUIDs of their own.
    const homes = usages.filter(({ auid }) => auid === id.auid)
    for (const { name, path } of homes.flatMap(({ addresses }) => addresses(id))) {
      const entries = folders.get(name) ?? []
      folders.set(name, entries)
      entries.push(entryFor(document, rootUrl + buildXcapUri({ auid: name, xui: id.tree, path })))
    }
  }
  return [...folders].map(([auid, entries]) => ({ auid, entries, extensions: [] }))
}

function entryFor({ tag, storedAt, size }: DocumentMetadata, uri: string): DirectoryEntry {
  return { uri, etag: tag, lastModified: new Date(storedAt).toISOString(), size }
}
