/** Change feed: the only way in which the servers hear of each other's work. */
import type { Aor } from '../uri/aor.ts'
import type { DocumentId } from './document-id.ts'
import type { EntityTag } from './entity-tag.ts'

export type Change =
  | {
      readonly kind: 'document'
      readonly id: DocumentId
      /** Absent: the document is new. */
      readonly before?: EntityTag
      /** Absent: the document is gone. */
      readonly after?: EntityTag
    }
  | { readonly kind: 'account'; readonly aor: Aor }

export interface ChangeFeed {
  /** Hears every change that is stored from now on, in order per document, after it is durable. */
  subscribe(listener: (change: Change) => void): () => void
}
