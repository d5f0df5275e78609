/** Application usage declared in configuration: its documents follow a schema, if it names one. RFC 4825 §5. */
import { auid } from '../../core/model/document-id.ts'
import type { XmlLimits } from '../../core/documents/xml-reader.ts'
import type { DocumentStore } from '../../core/model/stores.ts'
import type { ApplicationUsage } from '../application-usage.ts'
import { createDocumentAcceptance } from '../document-validation.ts'
import { flatHome } from '../flat-home.ts'
import type { SchemaValidator } from '../schema-validator.ts'

export interface ConfiguredUsage {
  readonly auid: string
  readonly namespace: string
  readonly mediaType: string
  /** Path of an XML Schema. */
  readonly schema?: string | undefined
}

export function createConfiguredUsage({
  usage: { auid: name, namespace, mediaType },
  validator,
  documents,
  xmlLimits,
}: {
  usage: Omit<ConfiguredUsage, 'schema'>
  validator?: SchemaValidator
  documents: DocumentStore
  xmlLimits: XmlLimits
}): ApplicationUsage {
  return {
    ...flatHome(auid(name), documents),
    defaultNamespace: namespace,
    mediaType,
    // A namespace is understood when its schema is held. RFC 4825 §12.3
    namespaces: validator ? [namespace] : [],
    accept: createDocumentAcceptance({
      mediaType,
      ...(validator && { schema: validator }),
      xmlLimits,
    }),
  }
}
