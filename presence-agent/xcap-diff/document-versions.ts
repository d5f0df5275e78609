/** Texts of document versions that somebody was told of, and what makes one of another: shared by all who ask. RFC 5875 §4.3. */
import type { DocumentId } from '../../core/model/document-id.ts'
import type { EntityTag } from '../../core/model/entity-tag.ts'
import type { DocumentStore } from '../../core/model/stores.ts'
import { xmlDifference } from '../../core/model/xml-difference.ts'
import type { PatchOperation } from '../../core/documents/xml-patch.ts'

export interface DocumentVersions {
  /** The version is the one that is stored now: its text may be asked for later. */
  keep(id: DocumentId, tag: EntityTag): void
  /** Undefined: one of the two is not known any more, or no patch can say it. */
  difference(before: EntityTag, after: EntityTag): Promise<readonly PatchOperation[] | undefined>
}

/** Octets of all texts together, and of one. */
const MOST_OCTETS = 32 * 1024 * 1024
const LONGEST = 256 * 1024
/** Differences that are kept, for those who ask for the same. */
const KEPT = 32

interface Version {
  readonly text: Promise<string | undefined>
  /** 0 while it is being read. */
  octets: number
}

export function createDocumentVersions(documents: Pick<DocumentStore, 'get'>): DocumentVersions {
  const texts = createVersionTexts()
  const differences = new Map<string, Promise<readonly PatchOperation[] | undefined>>()

  async function compute(before: EntityTag, after: EntityTag) {
    const [was, is] = await Promise.all([texts.get(before), texts.get(after)])
    return was === undefined || is === undefined ? undefined : xmlDifference(was, is)
  }

  return {
    keep(id, tag) {
      if (!texts.has(tag)) texts.set(tag, readText(documents, id, tag))
    },
    difference(before, after) {
      const key = `${before} ${after}`
      const known = differences.get(key)
      if (known) return known
      const made = compute(before, after)
      differences.set(key, made)
      for (const oldest of differences.keys()) {
        if (differences.size <= KEPT) break
        differences.delete(oldest)
      }
      return made
    },
  }
}

/** Those used last stay, within the bound on all of them. */
function createVersionTexts() {
  const versions = new Map<EntityTag, Version>()
  let octets = 0

  function drop(tag: EntityTag): void {
    octets -= versions.get(tag)?.octets ?? 0
    versions.delete(tag)
  }

  function arrived(tag: EntityTag, text: string | undefined): void {
    const version = versions.get(tag)
    if (text === undefined) drop(tag)
    else if (version) {
      version.octets = text.length
      octets += text.length
    }
    for (const oldest of versions.keys()) {
      if (octets <= MOST_OCTETS) break
      drop(oldest)
    }
  }

  return {
    has: (tag: EntityTag) => versions.has(tag),
    set(tag: EntityTag, text: Promise<string | undefined>) {
      versions.set(tag, { text, octets: 0 })
      void text.then((read) => {
        arrived(tag, read)
      })
    },
    get(tag: EntityTag): Promise<string | undefined> | undefined {
      const version = versions.get(tag)
      if (!version) return undefined
      versions.delete(tag)
      versions.set(tag, version)
      return version.text
    },
  }
}

/** Undefined: it is another version by now, too long, or cannot be read. */
async function readText(
  documents: Pick<DocumentStore, 'get'>,
  id: DocumentId,
  tag: EntityTag,
): Promise<string | undefined> {
  try {
    const document = await documents.get(id)
    if (document?.tag !== tag || document.size > LONGEST || document.icon) return undefined
    return new TextDecoder('utf-8', { ignoreBOM: true }).decode(document.body)
  } catch {
    // Without the text the change is told without a patch.
    return undefined
  }
}
