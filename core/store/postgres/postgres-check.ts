/** Check of the store on PostgreSQL: images, counts and names laid beside the documents and accounts they belong to; and their repair. */
import type { StoreProblem } from '../check/store-problem.ts'
import { sha256 } from '../blob-files.ts'
import { createConnection, type Query } from './connection.ts'
import { parsePostgresUrl } from './postgres-url.ts'
import { createPrimaryFinder } from './primary.ts'
import { refuseRunningNodes } from './running-nodes.ts'

interface PostgresCheck {
  readonly url: string
  readonly node: string
  readonly repair: boolean
  readonly progress: (what: string) => void
}

const PATIENCE_MS = 3_600_000

/** What is wrong is a row; `repair` makes it right, all rows at once. */
interface Rule {
  readonly what: StoreProblem['what']
  readonly find: string
  /** Absent: only a person can say what is right. */
  readonly repair?: string
}

const USES = `SELECT hash, (SELECT count(*) FROM document WHERE image = hash) AS found FROM image`
const TOTALS = `SELECT name, count(document.tree) AS found, coalesce(sum(size), 0) AS octets
  FROM tree LEFT JOIN document ON document.tree = name GROUP BY name`
const NAMES = `SELECT address, aor FROM account_address
  EXCEPT (SELECT aor, aor FROM account UNION SELECT json_array_elements_text(record->'aliases'), aor FROM account)`

const RULES: readonly Rule[] = [
  {
    what: 'incomplete',
    find: `SELECT tree || ' ' || auid || ' ' || path AS where FROM document
      WHERE image IS NOT NULL AND NOT EXISTS (SELECT FROM image WHERE hash = document.image)`,
  },
  {
    what: 'wrong',
    find: `SELECT 'image ' || hash AS where FROM image JOIN (${USES}) AS counted USING (hash) WHERE uses <> found`,
    repair: `UPDATE image SET uses = found FROM (${USES}) AS counted
      WHERE counted.hash = image.hash AND uses <> found`,
  },
  {
    what: 'wrong',
    find: `SELECT 'totals ' || name AS where FROM tree JOIN (${TOTALS}) AS counted USING (name)
      WHERE documents <> found OR bytes <> octets`,
    repair: `UPDATE tree SET documents = found, bytes = octets FROM (${TOTALS}) AS counted
      WHERE counted.name = tree.name`,
  },
  {
    what: 'orphan',
    find: `SELECT 'address ' || address AS where FROM (${NAMES}) AS orphan`,
    repair: `DELETE FROM account_address USING (${NAMES}) AS orphan
      WHERE orphan.address = account_address.address AND orphan.aor = account_address.aor`,
  },
  {
    what: 'missing',
    find: `SELECT 'address ' || aor AS where FROM account
      WHERE NOT EXISTS (SELECT FROM account_address WHERE address = account.aor)`,
    repair: `INSERT INTO account_address (address, aor) SELECT aor, aor FROM account ON CONFLICT DO NOTHING`,
  },
  {
    what: 'orphan',
    find: `SELECT 'username ' || realm || ' ' || username AS where FROM account_username
      WHERE NOT EXISTS (SELECT FROM account WHERE account.aor = account_username.aor)`,
    repair: `DELETE FROM account_username
      WHERE NOT EXISTS (SELECT FROM account WHERE account.aor = account_username.aor)`,
  },
  {
    what: 'wrong',
    find: `SELECT 'sequence' AS where FROM document_sequence
      WHERE last_value < (SELECT max(sequence) FROM document)`,
    repair: `SELECT setval('document_sequence', (SELECT max(sequence) FROM document))`,
  },
]

export async function checkPostgresStore(check: PostgresCheck): Promise<readonly StoreProblem[]> {
  const { url, node, repair, progress } = check
  const primary = createPrimaryFinder({ place: parsePostgresUrl(url), node })
  const connection = createConnection(primary, 'check', PATIENCE_MS)
  const problems: StoreProblem[] = []
  try {
    if (repair) await refuseRunningNodes(connection, [node])
    for (const rule of RULES) {
      const rows = await connection.query<{ where: string }>({ text: rule.find })
      const isRepaired = repair && rule.repair !== undefined
      problems.push(...rows.map(({ where }) => ({ what: rule.what, where, isRepaired })))
      if (isRepaired && rows.length > 0) await connection.query({ text: rule.repair })
      progress(rule.what)
    }
    problems.push(...(await damagedImages(connection.query, progress)))
  } finally {
    connection.close()
  }
  return problems
}

/** One at a time: they are large. */
const IMAGES = {
  text: 'SELECT hash, bytes FROM image WHERE hash > $1 ORDER BY hash LIMIT 1',
}

async function damagedImages(query: Query, progress: PostgresCheck['progress']) {
  const problems: StoreProblem[] = []
  for await (const { hash, bytes } of images(query)) {
    progress('image')
    if (sha256(bytes) === hash) continue
    problems.push({ what: 'unreadable', where: `image ${hash}`, isRepaired: false })
  }
  return problems
}

interface ImageRow {
  readonly hash: string
  readonly bytes: Buffer
}

async function* images(query: Query): AsyncIterable<ImageRow> {
  let last = ''
  for (;;) {
    const [row] = await query<ImageRow>({ ...IMAGES, values: [last] })
    if (!row) return
    yield row
    last = row.hash
  }
}
