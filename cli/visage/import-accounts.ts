/** `visage import accounts` and `visage user import`: rows of a subscriber table, some at a time. */
import { importAccounts } from '../../service/administration/account-operations.ts'
import { previewAccountImport } from '../../service/administration/import-operations.ts'
import type { Ask } from '../../service/administration/operation.ts'
import type { SubscriberRow } from '../../service/account-requests.ts'
import { readForeignTables } from '../../service/import/foreign-table.ts'
import { subscriberOf } from '../../service/import/subscriber-table.ts'
import { placeOf } from '../../service/import/table-row.ts'
import { administrationOf } from './administration.ts'
import type { ImportFlags } from './import-flags.ts'
import { readImported } from './import-source.ts'
import { noRows, tableName } from './import-table.ts'
import { createImportTally, type ImportTally } from './import-tally.ts'

/** Rows that travel to a running service at once. */
const ROWS_AT_ONCE = 2_000

export async function importAccountsFrom(file: string, flags: ImportFlags): Promise<void> {
  const table = tableName(flags, 'subscriber')
  const tally = createImportTally(['created', 'changed', 'unchanged'], {
    ...flags,
    nothing: noRows(file, table),
  })
  const foreign = await administrationOf(flags, (ask) =>
    readImported(file, (pieces) => importRows(pieces, { ...flags, table }, { ask, tally })),
  )
  if (foreign > 0) {
    process.stderr.write(
      `${foreign} accounts are of another realm than their domain's: ` +
        `they cannot sign in until domains[].realm in the configuration names it\n`,
    )
  }
  tally.end()
}

interface Desk {
  readonly ask: Ask
  readonly tally: ImportTally
}

/** Gives how many are of another realm than their domain's. */
async function importRows(
  pieces: AsyncIterable<Uint8Array>,
  { realm, table, dryRun = false }: ImportFlags & { readonly table: string },
  desk: Desk,
): Promise<number> {
  const operation = dryRun ? previewAccountImport : importAccounts
  const seen = new Map<string, string>()
  let foreign = 0
  let batch: SubscriberRow[] = []
  let places: string[] = []
  const flush = async () => {
    const report = await desk.ask(operation, { rows: batch })
    desk.tally.add(report)
    foreign += report.foreignRealm
    for (const { line, problem } of report.refused) {
      const { username = '', domain = '' } = batch[line - 1] ?? {}
      desk.tally.refuse(places[line - 1] ?? '', `${username}@${domain}: ${problem}`)
    }
    batch = []
    places = []
  }
  for await (const row of readForeignTables(pieces, { tables: [table], csvTable: table })) {
    const place = placeOf(row)
    const subscriber = subscriberOf(row, { line: batch.length + 1, realm })
    const problem = typeof subscriber === 'string' ? subscriber : repeated(subscriber, place, seen)
    if (problem !== undefined) desk.tally.refuse(place, problem)
    else if (typeof subscriber !== 'string') {
      batch.push(subscriber)
      places.push(place)
    }
    if (batch.length === ROWS_AT_ONCE) await flush()
  }
  if (batch.length > 0) await flush()
  return foreign
}

/** Which of two rows for one person is meant, nobody can tell: the first one stands. */
function repeated({ username, domain }: SubscriberRow, place: string, seen: Map<string, string>) {
  const person = `${username}@${domain.toLowerCase()}`
  const first = seen.get(person)
  if (first !== undefined) return `${person} stands in ${first} already`
  seen.set(person, place)
  return undefined
}
