/** Document store on PostgreSQL. */
import type { Auid } from '../../model/document-id.ts'
import type { DocumentMetadata, DocumentStore, StoredDocument } from '../../model/stores.ts'
import { metadataOf } from '../document-record.ts'
import type { Query } from './connection.ts'
import type { DocumentReads } from './document-reads.ts'
import {
  DOCUMENT_COLUMNS,
  HEAD_COLUMNS,
  idOfRow,
  recordOfHead,
  type DocumentRow,
  type HeadRow,
} from './document-row.ts'
import type { IconReads } from './icon-reads.ts'
import { storedText } from './stored-text.ts'

export function createDocumentStore({
  query,
  reads,
  icons,
  writer,
}: {
  query: Query
  reads: DocumentReads
  icons: IconReads
  writer: Pick<DocumentStore, 'put' | 'delete'>
}): DocumentStore {
  const { metadata, get } = reads
  const { currentIcon, iconByToken, iconOwners, image } = icons
  return {
    ...{ metadata, get, currentIcon, iconByToken, iconOwners, image },
    ...writer,
    async list(tree, auid) {
      const rows = await (auid === undefined
        ? query<HeadRow>({ ...TREE, values: [storedText(tree)] })
        : query<HeadRow>({ ...USAGE_IN_TREE, values: [storedText(tree), storedText(auid)] }))
      return rows.map(metadataOfRow)
    },
    ofUsage: (auid) => documentsOfUsage(auid, { query, reads }),
  }
}

const TREE = {
  name: 'tree',
  text: `SELECT ${HEAD_COLUMNS} FROM document WHERE tree = $1 ORDER BY auid, path`,
}
const USAGE_IN_TREE = {
  name: 'usage-in-tree',
  text: `SELECT ${HEAD_COLUMNS} FROM document WHERE tree = $1 AND auid = $2 ORDER BY path`,
}

function metadataOfRow(row: HeadRow): DocumentMetadata {
  return metadataOf(idOfRow(row), recordOfHead(row))
}

/** Rows of documents with their bodies that are read at once. */
const PAGE = 64
const USAGE = {
  name: 'usage',
  text: `SELECT ${DOCUMENT_COLUMNS} FROM document
  WHERE auid = $1 AND icon IS NULL AND (tree, path) > ($2, $3) ORDER BY tree, path LIMIT ${PAGE}`,
}

async function* documentsOfUsage(
  auid: Auid,
  { query, reads }: { query: Query; reads: DocumentReads },
): AsyncIterable<StoredDocument> {
  let last = { tree: '', path: '' }
  for (;;) {
    const asked = reads.generation()
    const rows = await query<DocumentRow>({
      ...USAGE,
      values: [storedText(auid), last.tree, last.path],
    })
    for (const row of rows) {
      // What has changed since is given as it is by now.
      const isNew = asked === reads.generation()
      const document = isNew
        ? { ...metadataOfRow(row), body: row.body }
        : await reads.get(idOfRow(row))
      if (document) yield document
    }
    const end = rows.at(-1)
    if (!end || rows.length < PAGE) return
    last = end
  }
}
