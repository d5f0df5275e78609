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

const FORMS = ['img img', 'img xml', 'xml img', 'xml xml', 'announced']

export function createIconRepresentations({
  documents,
  cache,
  announcedCacheControl,
}: {
  documents: DocumentStore
  cache: RepresentationCache
  announcedCacheControl: string
}): IconRepresentations {
  return {
    atXcapUri: (metadata, form, usual) =>
      cache.of(`${metadata.tag} ${form} ${usual}`, () => {
        const etag = etagField(metadata.tag, form === usual ? '' : `-${form}`)
        const plain = form === 'img' ? imageForm(documents, metadata) : xmlForm(documents, metadata)
        const headers = { ...clientWritten(plain.mediaType, etag), Vary: 'Accept' }
        return { ...plain, etag, headers }
      }),
    atAnnouncedUrl: (icon) =>
      cache.of(`${icon.tag} announced`, () => {
        const plain = imageForm(documents, icon)
        const etag = etagField(icon.tag)
        const headers = clientWritten(plain.mediaType, etag)
        return { ...plain, etag, headers: { ...headers, 'Cache-Control': announcedCacheControl } }
      }),
    forget: (tag) => {
      for (const form of FORMS) cache.forget(`${tag} ${form}`)
    },
  }
}

type PlainForm = Pick<Representation, 'size' | 'body'> & { readonly mediaType: string }

function xmlForm(documents: DocumentStore, metadata: DocumentMetadata): PlainForm {
  const { contentType, size } = metadata
  return { mediaType: contentType, size, body: () => storedBody(documents, metadata) }
}

/** The XML where the document carries no image. */
function imageForm(documents: DocumentStore, metadata: DocumentMetadata): PlainForm {
  const { icon } = metadata
  if (!icon) return xmlForm(documents, metadata)
  return { mediaType: icon.mediaType, size: icon.size, body: () => documents.image(icon.hash) }
}
