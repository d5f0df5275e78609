/** Document row: a document as PostgreSQL keeps it, and the record that it is in memory. */
import type { DocumentId } from '../../model/document-id.ts'
import type { EntityTag } from '../../model/entity-tag.ts'
import type { StatusIcon } from '../../model/status-icon.ts'
import type { BodyPlace } from '../document-body.ts'
import type { DocumentRecord } from '../document-record.ts'
import { originalText, storedText } from './stored-text.ts'

/** Without the body, for lists. */
export const HEAD_COLUMNS =
  'tree, auid, path, tag, stored_at, sequence, content_type, size, icon, image, token'
export const DOCUMENT_COLUMNS = `${HEAD_COLUMNS}, image_at, body`

export interface HeadRow {
  readonly tree: string
  readonly auid: string
  readonly path: string
  readonly tag: string
  readonly stored_at: number
  readonly sequence: number
  readonly content_type: string
  readonly size: number
  /** What is known of the image besides its hash. */
  readonly icon: Omit<StatusIcon, 'hash'> | null
  readonly image: string | null
  readonly token: string | null
}

export interface DocumentRow extends HeadRow {
  /** Octets of `body` that stand before the image's base64; null: `body` is all of it. */
  readonly image_at: number | null
  readonly body: Buffer
}

/** What the change log says of a changed document. */
export interface LoggedDocument {
  /** Tree, AUID, path. */
  readonly names: readonly [string, string, string]
  readonly before?: EntityTag
  readonly after?: EntityTag
}

export function idOfLogged({ names: [tree, auid, path] }: LoggedDocument): DocumentId {
  return idOfRow({ tree, auid, path })
}

export function idOfRow({ tree, auid, path }: Pick<HeadRow, 'tree' | 'auid' | 'path'>): DocumentId {
  return {
    tree: originalText(tree),
    auid: originalText(auid),
    path: originalText(path),
  } as DocumentId
}

/** A text of PostgreSQL holds no NUL. */
export function namesOf({ tree, auid, path }: DocumentId): [string, string, string] {
  return [storedText(tree), storedText(auid), storedText(path)]
}

export function recordOfHead(row: HeadRow): DocumentRecord {
  return recordOf(row, { in: 'record' }, EMPTY)
}

export function recordOfRow(row: DocumentRow): DocumentRecord {
  const { image, image_at: before, body } = row
  const inImage = image !== null && before !== null
  return recordOf(row, inImage ? { in: 'image', hash: image, before } : { in: 'record' }, body)
}

const EMPTY = new Uint8Array()

function recordOf(row: HeadRow, place: BodyPlace, payload: Uint8Array): DocumentRecord {
  const { icon, image, token } = row
  return {
    tag: row.tag as EntityTag,
    storedAt: row.stored_at,
    sequence: row.sequence,
    contentType: row.content_type,
    size: row.size,
    ...(icon && image !== null && { icon: statusIcon(icon, image) }),
    ...(token !== null && { token: originalText(token) }),
    place,
    payload,
  }
}

function statusIcon(icon: Omit<StatusIcon, 'hash'>, hash: string): StatusIcon {
  const { mediaType, width, height, size, sha1 } = icon
  return { mediaType: mediaType, width, height, size, hash, sha1 }
}
