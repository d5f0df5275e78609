/** Kept tables: a copy of the store in a schema of its own, with which the Visage before can go on. */
import type { Session } from './connection.ts'

interface Relation {
  readonly name: string
  readonly isSequence: boolean
}

/**
 * In the caller's transaction: with what is done there it is kept, or not at all.
 * `level`: of the last migration that was done. Tells the schema; rejects with an Error for the operator.
 */
export async function keepTables(session: Session, level: number): Promise<string> {
  const schema = await nameOf(session, level)
  await makeSchema(session, schema)
  const relations = await relationsHere(session)
  for (const { name, isSequence } of relations) {
    const copy = isSequence ? sequenceCopy(schema, name) : tableCopy(schema, name)
    for (const text of copy) await session.query({ text })
  }
  await copyOwnedSequences(session, schema)
  return schema
}

async function nameOf(session: Session, level: number): Promise<string> {
  const [row] = await session.query<{ date: string }>({
    text: "SELECT to_char(now() AT TIME ZONE 'UTC', 'YYYY_MM_DD_HH24MISS') AS date",
  })
  return `visage_before_upgrade_${level}_${row?.date ?? ''}`
}

async function makeSchema(session: Session, schema: string): Promise<void> {
  try {
    await session.query({ text: `CREATE SCHEMA ${schema}` })
  } catch (error) {
    throw new Error(
      `the tables must be kept before they are rewritten, and there can be no schema for them (${(error as Error).message}): grant CREATE on the database, or make a backup and say store.backupBeforeUpgrade: false`,
      { cause: error },
    )
  }
}

/** What is the user's own; sequences of a table's column come with their table. */
function relationsHere(session: Session): Promise<readonly Relation[]> {
  return session.query<Relation>({
    text: `SELECT quote_ident(relname) AS name, relkind = 'S' AS "isSequence" FROM pg_class
      WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'S')
      AND relowner = current_user::regrole
      AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = pg_class.oid AND deptype IN ('a', 'i'))`,
  })
}

const tableCopy = (schema: string, name: string) => [
  `LOCK TABLE ${name} IN SHARE MODE`,
  `CREATE TABLE ${schema}.${name} (LIKE ${name} INCLUDING ALL)`,
  `INSERT INTO ${schema}.${name} OVERRIDING SYSTEM VALUE SELECT * FROM ${name}`,
]

const sequenceCopy = (schema: string, name: string) => [
  `CREATE SEQUENCE ${schema}.${name}`,
  `SELECT setval('${schema}.${name}', last_value, is_called) FROM ${name}`,
]

/** The copies of numbered columns go on where the originals are. */
async function copyOwnedSequences(session: Session, schema: string): Promise<void> {
  const columns = await session.query<{ original: string; copy: string }>({
    text: `SELECT pg_get_serial_sequence(quote_ident(table_name), column_name) AS original,
        pg_get_serial_sequence($1 || '.' || quote_ident(table_name), column_name) AS copy
      FROM information_schema.columns
      WHERE table_schema = current_schema() AND is_identity = 'YES'
      AND to_regclass($1 || '.' || quote_ident(table_name)) IS NOT NULL`,
    values: [schema],
  })
  for (const { original, copy } of columns) {
    await session.query({
      text: `SELECT setval('${copy}', last_value, is_called) FROM ${original}`,
    })
  }
}
