/** Trees of documents that were read, so that a node request on an unchanged document reads nothing again. RFC 4825 §6.3. */
import type { SourceDocument } from '../core/documents/source-document.ts'
import { readSource } from '../core/documents/source-reader.ts'
import { DEFAULT_XML_LIMITS } from '../core/documents/xml-reader.ts'
import type { EntityTag } from '../core/model/entity-tag.ts'
import { whenReady, type MaybePromise } from '../core/model/maybe-promise.ts'
import { readingConflict } from './conflicts.ts'

export interface DocumentTrees {
  /** The version that the tag names, read from its bytes when it is not held; undefined: there are no bytes any more. */
  of(
    tag: EntityTag,
    bytes: () => MaybePromise<Uint8Array | undefined>,
  ): MaybePromise<SourceDocument | undefined>
  keep(tag: EntityTag, document: SourceDocument): void
  forget(tag: EntityTag): void
}

/** A tree takes about ten times the memory of its text. */
const CAPACITY = 4 * 1024 * 1024
/** What was accepted once is read again, however large it is. */
const NO_LIMITS = {
  ...DEFAULT_XML_LIMITS,
  maxLength: Infinity,
  maxElements: Infinity,
}

/** `capacity`: in UTF-16 units of text. */
export function createDocumentTrees({
  capacity = CAPACITY,
}: { capacity?: number } = {}): DocumentTrees {
  // A Map iterates in the order of insertion: the first key was put in first, and makes room first.
  const trees = new Map<EntityTag, SourceDocument>()
  let length = 0

  function forget(tag: EntityTag): void {
    const document = trees.get(tag)
    if (!document) return
    trees.delete(tag)
    length -= document.text.length
  }

  function keep(tag: EntityTag, document: SourceDocument): void {
    forget(tag)
    trees.set(tag, document)
    length += document.text.length
    for (const oldest of trees.keys()) {
      if (length <= capacity) break
      forget(oldest)
    }
  }

  function read(tag: EntityTag, bytes: Uint8Array): SourceDocument {
    const reading = readSource(bytes, NO_LIMITS)
    if (reading.error !== undefined) throw readingConflict(reading)
    keep(tag, reading.value)
    return reading.value
  }

  return {
    of: (tag, bytes) => trees.get(tag) ?? whenReady(bytes(), (found) => found && read(tag, found)),
    keep,
    forget,
  }
}
