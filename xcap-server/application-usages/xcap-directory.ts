/** XCAP directory: the documents below a home, by usage. OMA XML Document Management. */
import {
  serializeXcapDirectory,
  type DirectoryEntry,
  XCAP_DIRECTORY_MEDIA_TYPE,
  XCAP_DIRECTORY_NAMESPACE,
} from '../../core/documents/xcap-directory.ts'
import { auid, STATUS_ICON_FOLDER, PRES_CONTENT } from '../../core/model/document-id.ts'
import type { DocumentMetadata, DocumentStore } from '../../core/model/stores.ts'
import { buildXcapUri } from '../../core/uri/xcap-uri.ts'
import type { ApplicationUsage } from '../application-usage.ts'
import { computedDocument } from '../computed-document.ts'

const AUID = auid('org.openmobilealliance.xcap-directory')
const NAMES = ['directory.xml', 'index']

/** `rootUrl`: absolute URL of the XCAP root. */
export function createXcapDirectoryUsage({
  documents,
  rootUrl,
}: {
  documents: DocumentStore
  rootUrl: string
}): ApplicationUsage {
  function entry(metadata: DocumentMetadata, name: string, path: string): DirectoryEntry {
    const { id, tag, storedAt, size } = metadata
    const uri = rootUrl + buildXcapUri({ auid: name, xui: id.tree, path: path.split('/') })
    return { uri, etag: tag, lastModified: new Date(storedAt).toISOString(), size }
  }

  /** An icon is one document with two addresses: it stands in the folder of each. */
  function entries(metadata: DocumentMetadata): [string, DirectoryEntry][] {
    const { id } = metadata
    const own: [string, DirectoryEntry] = [id.auid, entry(metadata, id.auid, id.path)]
    if (id.auid !== PRES_CONTENT) return [own]
    const name = id.path.slice(STATUS_ICON_FOLDER.length + 1)
    return [own, [STATUS_ICON_FOLDER, entry(metadata, STATUS_ICON_FOLDER, name)]]
  }

  function directory(all: readonly DocumentMetadata[]): string {
    const folders = new Map<string, DirectoryEntry[]>()
    for (const [name, one] of all.flatMap(entries)) {
      const folder = folders.get(name)
      if (folder) folder.push(one)
      else folders.set(name, [one])
    }
    return serializeXcapDirectory(
      [...folders].map(([name, own]) => ({ auid: name, entries: own, extensions: [] })),
    )
  }

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
    read: async ({ tree }) =>
      computedDocument(directory(await documents.list(tree)), XCAP_DIRECTORY_MEDIA_TYPE),
    readers: 'owner',
  }
}
