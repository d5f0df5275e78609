/** Store transfer of the store on PostgreSQL. */
import { StoreUnavailable } from '../../model/store-unavailable.ts'
import type { StoreTransfer, TransferredDocument } from '../../model/store-transfer.ts'
import { gatherBody } from '../document-body.ts'
import { RecordUnreadable } from '../record-unreadable.ts'
import { createTurns } from '../turns.ts'
import type { Commit } from './commit.ts'
import type { Query } from './connection.ts'
import { readPresent } from './document-present.ts'
import { DOCUMENT_COLUMNS, idOfRow, recordOfRow, type DocumentRow } from './document-row.ts'
import { PUT_DOCUMENT, putValues } from './document-statements.ts'
import { changeOf, checkImage, toldOf } from './document-writer.ts'
import { originalText } from './stored-text.ts'

interface Parts {
  readonly query: Query
  readonly commit: Commit
  readonly readImage: (hash: string) => Promise<Uint8Array | undefined>
}

export function createPostgresTransfer({ query, commit, readImage }: Parts): StoreTransfer {
  const reach = createReach(query)
  const turns = createTurns()
  return {
    documents: () =>
      allDocuments(query, readImage, (error) => {
        throw error
      }),
    async countDocuments() {
      const [row] = await query<{ count: number }>(COUNT)
      return row?.count ?? 0
    },
    async takeDocument(document) {
      await reach(document.version.sequence)
      // Each write to a tree overtakes those that began before it: they would not wait for each other by themselves.
      await turns.take(document.id.tree, () => takeDocument(query, commit, document))
    },
    async takeSecret(name, bytes) {
      const [stored] = await query({ ...TAKE_SECRET, values: [name, bytes] })
      if (stored) return 'stored'
      const [same] = await query({ ...SAME_SECRET, values: [name, bytes] })
      return same ? 'present' : 'other'
    },
  }
}

const COUNT = { name: 'count-documents', text: 'SELECT count(*) FROM document' }
const TAKE_SECRET = {
  name: 'take-secret',
  text: 'INSERT INTO secret (name, bytes) VALUES ($1, $2) ON CONFLICT DO NOTHING RETURNING 1',
}
const SAME_SECRET = {
  name: 'same-secret',
  text: 'SELECT 1 FROM secret WHERE name = $1 AND bytes = $2',
}

/** Rows with their bodies that are read at once. */
const PAGE = 64
const NEXT = {
  name: 'next-documents',
  text: `SELECT ${DOCUMENT_COLUMNS} FROM document WHERE (tree, auid, path) > ($1, $2, $3)
    ORDER BY tree, auid, path LIMIT ${PAGE}`,
}

/** `leaveOut`: told why a document cannot be read; unless it throws, the others follow. */
export async function* allDocuments(
  query: Query,
  readImage: Parts['readImage'],
  leaveOut: (error: unknown) => void,
): AsyncIterable<TransferredDocument> {
  let last = { tree: '', auid: '', path: '' }
  for (;;) {
    const values = [last.tree, last.auid, last.path]
    const rows = await query<DocumentRow>({ ...NEXT, values })
    for (const row of rows) {
      const document = await documentOf(row, readImage).catch(leaveOut)
      if (document) yield document
    }
    const end = rows.at(-1)
    if (!end || rows.length < PAGE) return
    last = end
  }
}

async function documentOf(
  row: DocumentRow,
  readImage: Parts['readImage'],
): Promise<TransferredDocument> {
  const { tag, storedAt, sequence, contentType, icon, token, place, payload } = recordOfRow(row)
  const named = { id: idOfRow(row), version: { tag, storedAt, sequence } }
  if (!icon || token === undefined) return { ...named, content: { contentType, body: payload } }
  const bytes = await readImage(icon.hash)
  const body = place.in === 'image' ? await gatherBody(place, payload, readImage) : payload
  if (!bytes || !body) {
    const name = [row.tree, row.auid, row.path].map(originalText).join(' ')
    throw new RecordUnreadable(`document ${name}`, 'its image is missing')
  }
  return { ...named, content: { contentType, body, icon: { ...icon, bytes, token } } }
}

const MOST_ATTEMPTS = 10
const REACH = {
  name: 'reach-sequence',
  text: `SELECT setval('document_sequence', $1) FROM document_sequence WHERE last_value < $1`,
}

/** One after the other: none takes back what another has reached. */
function createReach(query: Query): (sequence: number) => Promise<void> {
  const turns = createTurns()
  let reached = 0
  return (sequence) =>
    turns.take('sequence', async () => {
      if (sequence <= reached) return
      await query({ ...REACH, values: [sequence] })
      reached = sequence
    })
}

async function takeDocument(
  query: Query,
  commit: Commit,
  { id, content, version }: TransferredDocument,
): Promise<void> {
  checkImage(content)
  for (let attempts = 0; attempts < MOST_ATTEMPTS; attempts++) {
    const present = await readPresent(query, id)
    const { totals } = changeOf(present, { size: content.body.length })
    const won = await commit({
      ...PUT_DOCUMENT,
      values: putValues(present, totals, { id, content, ...version }),
      change: toldOf(id, present.document?.tag, version.tag),
    })
    if (won) return
  }
  throw new StoreUnavailable('failed', `others keep writing to the tree ${id.tree}`)
}
