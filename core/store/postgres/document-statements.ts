/** The two statements that change a document: its row, its tree's, and its image's, only if the tree is as it was read. */
import type { DocumentId } from '../../model/document-id.ts'
import type { EntityTag } from '../../model/entity-tag.ts'
import type { DocumentContent } from '../../model/stores.ts'
import { aroundImage } from '../document-body.ts'
import type { Totals } from '../tree-totals.ts'
import type { PresentTree } from './document-present.ts'
import { namesOf } from './document-row.ts'
import { storedText } from './stored-text.ts'

/** Its revision is a number that no other write has: it is taken when the row is locked, so that it rises in the order of the commits. */
const TREE_AS_READ = `WITH won AS (
    INSERT INTO tree AS present (name, revision, documents, bytes)
    VALUES ($1, nextval('document_sequence'), $5, $6)
    ON CONFLICT (name) DO UPDATE SET revision = nextval('document_sequence'), documents = $5, bytes = $6
    WHERE present.revision = $4
    RETURNING revision),
  image_given_up AS (UPDATE image SET uses = uses - 1 FROM won WHERE hash = $7)`

export const PUT_DOCUMENT = {
  name: 'put-document',
  text: `${TREE_AS_READ},
  image_taken AS (
    INSERT INTO image AS present (hash, bytes, uses) SELECT $8::text, $9::bytea, 1 FROM won WHERE $8::text IS NOT NULL
    ON CONFLICT (hash) DO UPDATE SET uses = present.uses + 1),
  written AS (
    INSERT INTO document (tree, auid, path, tag, stored_at, content_type, size, icon, image, token, image_at, body, sequence)
    SELECT $1, $2::text, $3::text, $10::text, $11::bigint, $12::text, $13::integer, $14::json, $15::text, $16::text,
      $17::integer, $18::bytea, coalesce($19::bigint, revision) FROM won
    ON CONFLICT (tree, auid, path) DO UPDATE SET
      tag = excluded.tag, stored_at = excluded.stored_at, content_type = excluded.content_type, size = excluded.size,
      icon = excluded.icon, image = excluded.image, token = excluded.token, image_at = excluded.image_at,
      body = excluded.body, sequence = excluded.sequence)
  SELECT 1 FROM won`,
}

export const DELETE_DOCUMENT = {
  name: 'delete-document',
  text: `${TREE_AS_READ},
  gone AS (DELETE FROM document USING won WHERE tree = $1 AND auid = $2 AND path = $3)
  SELECT 1 FROM won`,
}

export interface WantedRow {
  readonly id: DocumentId
  readonly content: DocumentContent
  readonly tag: EntityTag
  /** Milliseconds since the epoch. */
  readonly storedAt: number
  /** Absent: the next one. */
  readonly sequence?: number
}

/** In the order of the statement's numbers. `totals`: of the tree afterwards. */
export function putValues(present: PresentTree, totals: Totals, wanted: WantedRow): unknown[] {
  const { id, content, tag, storedAt, sequence } = wanted
  const { contentType, body, icon } = content
  const had = present.document?.image ?? null
  const has = icon?.hash ?? null
  const around = icon && aroundImage(body, icon.bytes)
  return [
    ...[...namesOf(id), present.revision, totals.documents, totals.bytes],
    // An image that stays is neither taken nor given up.
    ...(had === has ? [null, null, null] : [had, has, icon?.bytes ?? null]),
    ...[tag, storedAt, contentType, body.length],
    ...(icon ? [iconJson(icon), has, storedText(icon.token)] : [null, null, null]),
    ...(around ? [around.before, around.payload] : [null, body]),
    sequence ?? null,
  ]
}

export function deletionValues(present: PresentTree, totals: Totals, id: DocumentId): unknown[] {
  const image = present.document?.image ?? null
  return [...namesOf(id), present.revision, totals.documents, totals.bytes, image]
}

function iconJson({ mediaType, width, height, size, sha1 }: NonNullable<DocumentContent['icon']>) {
  return JSON.stringify({ mediaType, width, height, size, sha1 })
}
