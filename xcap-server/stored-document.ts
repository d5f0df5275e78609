/** Gives stored documents back as they were received. RFC 4825 §7.6. */
import { whenReady } from '../core/model/maybe-promise.ts'
import type { DocumentMetadata, DocumentStore } from '../core/model/stores.ts'
import type { ApplicationUsage, Representation } from './application-usage.ts'
import { etagField } from './entity-tag-fields.ts'
import type { HeaderFields } from './reply.ts'

export function storedDocumentReader(documents: DocumentStore): ApplicationUsage['read'] {
  return (id) =>
    whenReady(documents.metadata(id), (metadata) => metadata && asStored(documents, metadata))
}

/** The stored bytes, as long as the document is still the version that the metadata speaks of. */
export function storedBody(
  documents: DocumentStore,
  { id, tag }: DocumentMetadata,
): ReturnType<Representation['body']> {
  return whenReady(documents.get(id), (stored) => (stored?.tag === tag ? stored.body : undefined))
}

function asStored(documents: DocumentStore, metadata: DocumentMetadata): Representation {
  const etag = etagField(metadata.tag)
  return {
    etag,
    headers: clientWritten(metadata.contentType, etag),
    size: metadata.size,
    body: () => storedBody(documents, metadata),
  }
}

/** Not `image/svg+xml`, which is XML. */
const IMAGE = /^image\/(?:png|jpeg|gif)$/

/** A browser that shows XML as a page must not run what somebody wrote into it with our page's cookie. CSP 3 §6.3.2 */
const NO_PAGE_OF_OURS = { 'Content-Security-Policy': "default-src 'none'; sandbox" }

/** What clients write may change at any time: caches ask before they use it. RFC 4825 §9. */
export function clientWritten(contentType: string, etag: string): HeaderFields {
  return {
    ...{ 'Content-Type': contentType, ETag: etag, 'Cache-Control': 'no-cache' },
    ...(!IMAGE.test(contentType) && NO_PAGE_OF_OURS),
  }
}
