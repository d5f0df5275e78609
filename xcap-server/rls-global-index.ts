/** The services of all users as one document, for resource list servers. RFC 4826 §4.4.7, §4.4.8. */
import {
  parseRlsServices,
  RLS_SERVICES_MEDIA_TYPE,
  serializeRlsServices,
  type RlsService,
} from '../core/documents/rls-services.ts'
import { readDocument, type XmlLimits } from '../core/documents/xml-reader.ts'
import { INDEX_DOCUMENT, RLS_SERVICES } from '../core/model/document-id.ts'
import type { DocumentStore } from '../core/model/stores.ts'
import type { Representation } from './application-usage.ts'
import { computedDocument } from './computed-document.ts'
import type { RlsServiceIndex } from './rls-service-index.ts'

/** Made again only after a change; those who ask at the same time share one. */
export function createRlsGlobalIndex({
  documents,
  index,
  xmlLimits,
}: {
  documents: DocumentStore
  index: RlsServiceIndex
  xmlLimits: XmlLimits
}): () => Promise<Representation> {
  let made: { readonly revision: number; readonly document: Promise<Representation> } | undefined

  async function make(): Promise<Representation> {
    const services: RlsService[] = []
    for await (const { id, body } of documents.ofUsage(RLS_SERVICES)) {
      // Services in documents of other names are not picked up. RFC 4826 §4.4.7
      if (id.path !== INDEX_DOCUMENT) continue
      const read = readDocument(body, parseRlsServices, xmlLimits)
      if (read.error === undefined) services.push(...read.value)
    }
    return computedDocument(serializeRlsServices(services), RLS_SERVICES_MEDIA_TYPE)
  }

  return () => {
    const revision = index.revision()
    if (made?.revision !== revision) {
      const document = make()
      made = { revision, document }
      // What failed is tried again by the next who asks.
      document.catch(() => {
        if (made?.document === document) made = undefined
      })
    }
    return made.document
  }
}
