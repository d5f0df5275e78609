/** Check rules: what one statement can say of the tables, by itself; and the statement that makes it right. */
import type { StoreProblem } from '../../model/store-problem.ts'
import type { Query } from './connection.ts'

/** What is wrong is a row; `repair` makes it right, all rows at once. */
interface Rule {
  readonly what: StoreProblem['what']
  readonly find: string
  /** Absent: only a person can say what is right. */
  readonly repair?: string
}

const DOCUMENT = `tree || ' ' || auid || ' ' || path`
const USES = `SELECT hash, (SELECT count(*) FROM document WHERE image = hash) AS found FROM image`
const TOTALS = `SELECT tree AS name, count(*) AS found, sum(size) AS octets FROM document GROUP BY tree`
const NOBODY = `NOT EXISTS (SELECT FROM account WHERE account.aor = held.aor)`
/** Base64 writes three octets as four. RFC 4648 §4. */
const BASE64 = `CASE WHEN image_at IS NULL THEN 0 ELSE (octet_length(bytes) + 2) / 3 * 4 END`

const RULES: readonly Rule[] = [
  {
    what: 'incomplete',
    find: `SELECT ${DOCUMENT} AS where FROM document
      WHERE image IS NOT NULL AND NOT EXISTS (SELECT FROM image WHERE hash = document.image)`,
  },
  {
    what: 'wrong',
    find: `SELECT 'body of ' || ${DOCUMENT} AS where FROM document LEFT JOIN image ON hash = image
      WHERE (image IS NULL OR hash IS NOT NULL) AND size <> octet_length(body) + ${BASE64}`,
  },
  {
    what: 'wrong',
    find: `SELECT 'icon of ' || ${DOCUMENT} AS where FROM document
      WHERE (icon IS NULL) <> (image IS NULL) OR (icon IS NULL) <> (token IS NULL) OR json_typeof(icon) <> 'object'`,
  },
  {
    what: 'wrong',
    find: `SELECT 'image ' || hash AS where FROM image JOIN (${USES}) AS counted USING (hash) WHERE uses <> found`,
    repair: `UPDATE image SET uses = found FROM (${USES}) AS counted
      WHERE counted.hash = image.hash AND uses <> found`,
  },
  {
    what: 'missing',
    find: `SELECT 'totals ' || name AS where FROM (${TOTALS}) AS counted
      WHERE NOT EXISTS (SELECT FROM tree WHERE tree.name = counted.name)`,
    repair: `INSERT INTO tree (name, revision, documents, bytes)
      SELECT name, nextval('document_sequence'), found, octets FROM (${TOTALS}) AS counted ON CONFLICT DO NOTHING`,
  },
  {
    what: 'wrong',
    find: `SELECT 'totals ' || name AS where FROM tree LEFT JOIN (${TOTALS}) AS counted USING (name)
      WHERE documents <> coalesce(found, 0) OR bytes <> coalesce(octets, 0)`,
    repair: `UPDATE tree SET documents = coalesce(found, 0), bytes = coalesce(octets, 0)
      FROM tree AS present LEFT JOIN (${TOTALS}) AS counted USING (name) WHERE present.name = tree.name`,
  },
  {
    what: 'orphan',
    find: `SELECT 'address ' || address AS where FROM account_address AS held WHERE ${NOBODY}`,
    repair: `DELETE FROM account_address AS held WHERE ${NOBODY}`,
  },
  {
    what: 'orphan',
    find: `SELECT 'username ' || realm || ' ' || username AS where FROM account_username AS held WHERE ${NOBODY}`,
    repair: `DELETE FROM account_username AS held WHERE ${NOBODY}`,
  },
  {
    what: 'wrong',
    find: `SELECT 'sequence' AS where FROM document_sequence
      WHERE last_value < (SELECT max(sequence) FROM document)`,
    repair: `SELECT setval('document_sequence', (SELECT max(sequence) FROM document))`,
  },
]

interface RuleCheck {
  readonly query: Query
  readonly repair: boolean
  readonly progress: (what: string) => void
}

export async function* problemsByRules({
  query,
  repair,
  progress,
}: RuleCheck): AsyncIterable<StoreProblem> {
  for (const rule of RULES) {
    const rows = await query<{ where: string }>({ text: rule.find })
    const isRepaired = repair && rule.repair !== undefined
    if (isRepaired && rows.length > 0) await query({ text: rule.repair })
    for (const { where } of rows) yield { what: rule.what, where, isRepaired }
    progress(rule.what)
  }
}
