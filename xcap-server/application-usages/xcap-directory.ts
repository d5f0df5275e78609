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
    read: async ({ tree }) =>
      computedDocument(directoryOf(await documents.list(tree), rootUrl), XCAP_DIRECTORY_MEDIA_TYPE),
    readers: 'owner',
  }
}

function directoryOf(documents: readonly DocumentMetadata[], rootUrl: string): string {
  const folders = new Map<string, DirectoryEntry[]>()
  for (const document of documents) {
    for (const [name, path] of addressesOf(document)) {
      const folder = folders.get(name) ?? []
      folders.set(name, folder)
      folder.push(entryFor(document, rootUrl + uriOf(document, name, path)))
    }
  }
  return serializeXcapDirectory(
    [...folders].map(([name, entries]) => ({ auid: name, entries, extensions: [] })),
  )
}

/** AUID and path: an icon is one document with two addresses and stands in the folder of each. */
function addressesOf({ id }: DocumentMetadata): [auid: string, path: string][] {
  const own: [string, string] = [id.auid, id.path]
  if (id.auid !== PRES_CONTENT) return [own]
  return [own, [STATUS_ICON_FOLDER, id.path.slice(STATUS_ICON_FOLDER.length + 1)]]
}

function uriOf({ id }: DocumentMetadata, name: string, path: string): string {
  return buildXcapUri({ auid: name, xui: id.tree, path: path.split('/') })
}

function entryFor({ tag, storedAt, size }: DocumentMetadata, uri: string): DirectoryEntry {
  return { uri, etag: tag, lastModified: new Date(storedAt).toISOString(), size }
}
