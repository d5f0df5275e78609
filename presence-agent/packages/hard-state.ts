/** Hard state: what a presentity laid down over XCAP, which holds whether it publishes or not. RFC 4827 §1, §3. */
import type { PresenceDocument } from '../../core/documents/pidf.ts'
import type { Reading } from '../../core/documents/reading.ts'
import { PIDF_MANIPULATION, type DocumentId } from '../../core/model/document-id.ts'
import type { Log } from '../../core/model/log.ts'
import type { MaybePromise } from '../../core/model/maybe-promise.ts'
import type { DocumentStore, StoredDocument } from '../../core/model/stores.ts'
import type { Aor } from '../../core/uri/aor.ts'

export interface HardState {
  /** Undefined: there is none, or none that can be read. */
  of(presentity: Aor): MaybePromise<PresenceDocument | undefined>
  /** Whose hard state the changed document is, if it is one; it is read anew when next asked for. */
  changedBy(id: DocumentId): Aor | undefined
}

interface HardStateParts {
  readonly documents: Pick<DocumentStore, 'get'>
  readonly read: (body: Uint8Array) => Reading<PresenceDocument>
  readonly log: Log
}

/** The one document of a user. RFC 4827 §9. */
const NAME = 'index'
/** Presentities remembered to have none: hardly anybody has, and a PUBLISH should not pay for asking. */
const REMEMBERED = 50_000

export function createHardState({ documents, read, log }: HardStateParts): HardState {
  const without = new Set<Aor>()
  /** What was read before a change says nothing of the time after it. */
  let changes = 0

  function remember(presentity: Aor): void {
    if (without.size >= REMEMBERED) without.clear()
    without.add(presentity)
  }

  function readIn(
    document: StoredDocument | undefined,
    presentity: Aor,
    asked: number,
  ): PresenceDocument | undefined {
    const reading = document && read(document.body)
    if (reading && reading.error === undefined) return reading.value
    if (reading) log.warn({ presentity, problem: reading.detail }, 'hard state cannot be read')
    if (changes === asked) remember(presentity)
    return undefined
  }

  return {
    of(presentity) {
      if (without.has(presentity)) return undefined
      const asked = changes
      const stored = documents.get(idOf(presentity))
      if (!(stored instanceof Promise)) return readIn(stored, presentity, asked)
      return stored.then(
        (document) => readIn(document, presentity, asked),
        (error: unknown) => {
          // Presence goes on without it.
          log.warn({ err: error, presentity }, 'hard state cannot be read')
          return undefined
        },
      )
    },
    changedBy({ auid, tree, path }) {
      if (auid !== PIDF_MANIPULATION || tree === 'global' || path !== NAME) return undefined
      changes++
      without.delete(tree)
      return tree
    },
  }
}

function idOf(tree: Aor): DocumentId {
  return { auid: PIDF_MANIPULATION, tree, path: NAME }
}
