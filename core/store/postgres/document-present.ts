/** What a write meets: the document that is there, and how much its tree holds. */
import type { DocumentId } from '../../model/document-id.ts'
import type { EntityTag } from '../../model/entity-tag.ts'
import { NOTHING, type Totals } from '../tree-totals.ts'
import type { Query } from './connection.ts'
import { namesOf } from './document-row.ts'

export interface PresentTree {
  /** Another one after every write to the tree; 0: nobody has written to it yet. */
  readonly revision: number
  readonly totals: Totals
  readonly document?: PresentDocument
}

interface PresentDocument {
  readonly tag: EntityTag
  readonly size: number
  /** SHA-256 of the image that it carries. */
  readonly image: string | null
}

interface Row {
  readonly revision: number
  readonly documents: number
  readonly bytes: number
  readonly tag: EntityTag | null
  readonly size: number
  readonly image: string | null
}

const PRESENT = {
  name: 'present-document',
  text: `SELECT revision, documents, bytes, tag, size, image FROM tree
  LEFT JOIN document ON tree = name AND auid = $2 AND path = $3 WHERE name = $1`,
}

export async function readPresent(query: Query, id: DocumentId): Promise<PresentTree> {
  const [row] = await query<Row>({ ...PRESENT, values: namesOf(id) })
  if (!row) return { revision: 0, totals: NOTHING }
  const { revision, documents, bytes, tag, size, image } = row
  return {
    revision,
    totals: { documents, bytes },
    ...(tag !== null && { document: { tag, size, image } }),
  }
}
