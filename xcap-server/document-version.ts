/** The present version of a document as its nodes are read and changed: one tag for all of them. RFC 4825 §7.11, §8.5. */
import type { SourceDocument } from '../core/documents/source-document.ts'
import type { DocumentId } from '../core/model/document-id.ts'
import type { EntityTag } from '../core/model/entity-tag.ts'
import { whenReady, type MaybePromise } from '../core/model/maybe-promise.ts'
import type { LocatedDocument } from './document-locator.ts'
import type { DocumentTrees } from './document-trees.ts'
import { documentTag } from './entity-tag-fields.ts'
import { ServiceUnavailable } from './http-errors.ts'

export interface DocumentVersion {
  readonly tag: EntityTag
  readonly document: SourceDocument
}

/** Stored or computed; undefined: there is no document. */
export type ReadVersion = (
  id: DocumentId,
  located: Pick<LocatedDocument, 'usage' | 'address'>,
) => MaybePromise<DocumentVersion | undefined>

/** How often a document may be replaced while it is read. */
const ATTEMPTS = 10

export function createVersionReader({ trees }: { trees: DocumentTrees }): ReadVersion {
  function attempt(
    id: DocumentId,
    located: Parameters<ReadVersion>[1],
    left: number,
  ): ReturnType<ReadVersion> {
    if (left === 0) throw tooBusy()
    const { usage, address } = located
    // Of an icon the XML is wanted, at either of its addresses.
    return whenReady(usage.read(id, address, usage.mediaType), (representation) => {
      if (!representation) return undefined
      const tag = documentTag(representation.etag)
      return whenReady(trees.of(tag, representation.body), (document) =>
        document ? { tag, document } : attempt(id, located, left - 1),
      )
    })
  }

  return (id, located) => attempt(id, located, ATTEMPTS)
}

function tooBusy(): ServiceUnavailable {
  const phrase = 'The document changes faster than it can be read; try again.'
  return new ServiceUnavailable({ phrase, headers: { 'Retry-After': '1' } })
}
