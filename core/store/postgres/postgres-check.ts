/** Check of the store on PostgreSQL, in one transaction that sees what was stored when it began (PostgreSQL manual §13.2.2); and its repair. */
import { createLostRecords } from '../check/lost-records.ts'
import type { StoreProblem } from '../../model/store-problem.ts'
import { problemsOfImages } from './check-images.ts'
import { problemsOfNames } from './check-names.ts'
import { problemsOfRecords } from './check-records.ts'
import { problemsByRules } from './check-rules.ts'
import { createConnection, type Query } from './connection.ts'
import { requirePresentTables } from './migrations.ts'
import { parsePostgresUrl } from './postgres-url.ts'
import { createPrimaryFinder } from './primary.ts'
import { refuseRunningNodes } from './running-nodes.ts'
import { originalText } from './stored-text.ts'

interface PostgresCheck {
  readonly url: string
  readonly node: string
  /** All of it, or nothing when the check cannot be finished. */
  readonly repair: boolean
  /** Where `lost+found` is. */
  readonly folder: string
  /** For its names there. */
  readonly date: string
  readonly progress: (what: string) => void
}

const PATIENCE_MS = 3_600_000

/** Without `repair` services may run on the database. Rejects with an Error for the operator. */
export async function checkPostgresStore(check: PostgresCheck): Promise<readonly StoreProblem[]> {
  const { url, node, repair } = check
  const primary = createPrimaryFinder({ place: parsePostgresUrl(url), node })
  const connection = createConnection(primary, 'check', PATIENCE_MS)
  try {
    const session = await connection.session()
    await requirePresentTables(session)
    if (repair) await refuseRunningNodes(session, [node])
    await session.query({ text: `SET idle_in_transaction_session_timeout = ${PATIENCE_MS}` })
    await session.query({
      text: `BEGIN ISOLATION LEVEL REPEATABLE READ${repair ? '' : ', READ ONLY'}`,
    })
    const problems = await problemsIn((statement) => session.query(statement), check)
    if (!(await session.commit())) throw new Error('the database has taken the repair back')
    return problems
  } finally {
    connection.close()
  }
}

async function problemsIn(query: Query, check: PostgresCheck): Promise<readonly StoreProblem[]> {
  const { repair, folder, date, progress } = check
  const kept = repair && { lost: createLostRecords(folder, date) }
  const problems: StoreProblem[] = []
  for (const part of [
    // What is made from records is looked at when those that cannot be read are gone.
    problemsOfRecords({ query, ...kept, progress }),
    problemsByRules({ query, repair, progress }),
    problemsOfNames(query, repair),
    problemsOfImages(query, progress),
  ]) {
    for await (const problem of part) {
      problems.push({ ...problem, where: originalText(problem.where).replaceAll('\0', ' ') })
    }
  }
  return problems
}
