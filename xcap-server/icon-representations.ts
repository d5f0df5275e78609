/** The forms in which an icon is served: its image, and the XML that carries it. One tag; a suffix on the form that is not the usual one. RFC 9110 §12. */
import type { CurrentIcon, DocumentMetadata, DocumentStore } from '../core/model/stores.ts'
import type { Representation } from './application-usage.ts'
import { etagField } from './entity-tag-fields.ts'
import type { RepresentationCache } from './representation-cache.ts'
import { clientWritten, storedBody } from './stored-document.ts'

export type IconForm = 'img' | 'xml'

export interface IconRepresentations {
  /** At an XCAP URI where `usual` is what a client gets that does not ask for anything. */
  atXcapUri(metadata: DocumentMetadata, form: IconForm, usual: IconForm): Representation
  /** At the announced URL: the image and nothing else, the same for ever. */
  atAnnouncedUrl(icon: CurrentIcon): Representation
  /** A version of a document is gone: its forms need not be held. */
  forget(tag: string): void
}

export function createIconRepresentations({
  documents,
  cache,
  announcedCacheControl,
}: {
  documents: DocumentStore
  cache: RepresentationCache
  announcedCacheControl: string
}): IconRepresentations {
  function make(metadata: DocumentMetadata, form: IconForm, usual: IconForm): Representation {
    const etag = etagField(metadata.tag, form === usual ? '' : `-${form}`)
    const { icon, contentType } = metadata
    const type = form === 'img' && icon ? icon.mediaType : contentType
    const headers = { ...clientWritten(type, etag), Vary: 'Accept' }
    return form === 'img' && icon
      ? { etag, headers, size: icon.size, body: () => documents.image(icon.hash) }
      : { etag, headers, size: metadata.size, body: () => storedBody(documents, metadata) }
  }

  function announce({ icon, tag }: CurrentIcon): Representation {
    const etag = etagField(tag)
    return {
      etag,
      headers: {
        'Content-Type': icon.mediaType,
        ETag: etag,
        'Cache-Control': announcedCacheControl,
      },
      size: icon.size,
      body: () => documents.image(icon.hash),
    }
  }

  return {
    atXcapUri: (metadata, form, usual) =>
      cache.of(`${metadata.tag} ${form} ${usual}`, () => make(metadata, form, usual)),
    atAnnouncedUrl: (icon) => cache.of(`${icon.tag} announced`, () => announce(icon)),
    forget: (tag) => {
      for (const form of ['img img', 'img xml', 'xml img', 'xml xml', 'announced']) {
        cache.forget(`${tag} ${form}`)
      }
    },
  }
}
