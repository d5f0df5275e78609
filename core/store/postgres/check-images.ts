/** Check of images: whether each is what its name says, and which documents carry one that is not. */
import { sha256 } from '../blob-files.ts'
import type { StoreProblem } from '../../model/store-problem.ts'
import type { Query } from './connection.ts'

/** One at a time: they are large. */
const IMAGES = 'SELECT hash, bytes FROM image WHERE hash > $1 ORDER BY hash LIMIT 1'
const DOCUMENTS = `SELECT tree || ' ' || auid || ' ' || path AS where FROM document WHERE image = $1`

/** A damaged one is left where it is: only a backup has it. */
export async function* problemsOfImages(
  query: Query,
  progress: (what: string) => void,
): AsyncIterable<StoreProblem> {
  for await (const { hash, bytes } of images(query)) {
    progress('image')
    if (sha256(bytes) === hash) continue
    yield { what: 'unreadable', where: `image ${hash}`, isRepaired: false }
    const documents = await query<{ where: string }>({ text: DOCUMENTS, values: [hash] })
    for (const { where } of documents) yield { what: 'incomplete', where, isRepaired: false }
  }
}

interface ImageRow {
  readonly hash: string
  readonly bytes: Buffer
}

async function* images(query: Query): AsyncIterable<ImageRow> {
  let last = ''
  for (;;) {
    const [row] = await query<ImageRow>({ text: IMAGES, values: [last] })
    if (!row) return
    yield row
    last = row.hash
  }
}
