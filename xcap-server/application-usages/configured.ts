/** Application usage declared in configuration: its documents are stored whole. RFC 4825 §5. */
import { auid } from '../../core/model/document-id.ts'
import { readXml, type XmlLimits } from '../../core/documents/xml-reader.ts'
import type { DocumentStore } from '../../core/model/stores.ts'
import type { ApplicationUsage } from '../application-usage.ts'
import { readingConflict } from '../conflicts.ts'
import { UnsupportedMediaType } from '../http-errors.ts'
import type { SchemaValidator } from '../schema-validator.ts'
import { storedDocumentReader } from '../stored-document.ts'

export interface ConfiguredUsage {
  readonly auid: string
  readonly namespace: string
  readonly mediaType: string
  /** Path of an XML Schema. */
  readonly schema?: string | undefined
}

export function createConfiguredUsage({
  usage,
  validator,
  documents,
  xmlLimits,
}: {
  usage: Omit<ConfiguredUsage, 'schema'>
  validator?: SchemaValidator
  documents: DocumentStore
  xmlLimits: XmlLimits
}): ApplicationUsage {
  const { mediaType } = usage
  const id = auid(usage.auid)
  return {
    auid: id,
    names: [usage.auid],
    defaultNamespace: usage.namespace,
    mediaType,
    namespaces: validator ? [usage.namespace] : [],
    accept: ({ mediaType: sent, body }) => {
      if (sent !== mediaType.toLowerCase()) throw new UnsupportedMediaType([mediaType])
      const read = readXml(body, xmlLimits)
      if (read.error !== undefined) throw readingConflict(read)
      validator?.check(body)
      return { contentType: mediaType, body }
    },
    folders: () => [],
    // No folder exists below a home.
    locate: ({ tree, path: [name, ...deeper] }) =>
      name === undefined || deeper.length > 0 ? undefined : { auid: id, tree, path: name },
    addresses: ({ path }) => [{ name: id, path: [path] }],
    read: storedDocumentReader(documents),
    readers: 'owner',
  }
}
