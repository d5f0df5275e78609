/** `visage import documents`: the xcap table of another server, some rows at a time. */
import {
  importDocuments,
  previewDocumentImport,
} from '../../service/administration/import-operations.ts'
import type { Ask } from '../../service/administration/operation.ts'
import type { DocumentRow } from '../../service/import/document-rows.ts'
import { readForeignTables } from '../../service/import/foreign-table.ts'
import { placeOf } from '../../service/import/table-row.ts'
import { documentOf } from '../../service/import/xcap-table.ts'
import { administrationOf } from './administration.ts'
import type { ImportFlags } from './import-flags.ts'
import { readImported } from './import-source.ts'
import { createImportTally, type ImportTally } from './import-tally.ts'

/** What travels to a running service at once. */
const DOCUMENTS_AT_ONCE = 200
const BYTES_AT_ONCE = 4 * 2 ** 20

export async function importDocumentsFrom(file: string, flags: ImportFlags): Promise<void> {
  const tally = createImportTally(['created', 'changed', 'unchanged', 'kept'], flags)
  await administrationOf(flags, (ask) =>
    readImported(file, (pieces) => importRows(pieces, flags, { ask, tally })),
  )
  tally.end()
}

async function importRows(
  pieces: AsyncIterable<Uint8Array>,
  { overwrite = false, table = 'xcap', dryRun = false }: ImportFlags,
  { ask, tally }: { ask: Ask; tally: ImportTally },
): Promise<void> {
  const operation = dryRun ? previewDocumentImport : importDocuments
  let batch: DocumentRow[] = []
  let bytes = 0
  const flush = async () => {
    const report = await ask(operation, { documents: batch, overwrite })
    tally.add(report)
    for (const { place, problem } of report.refused) tally.refuse(place, problem)
    batch = []
    bytes = 0
  }
  for await (const row of readForeignTables(pieces, { tables: [table] })) {
    const document = documentOf(row)
    if (typeof document === 'string') {
      tally.refuse(placeOf(row), document)
      continue
    }
    if (batch.length > 0 && bytes + document.body.length > BYTES_AT_ONCE) await flush()
    batch.push(document)
    bytes += document.body.length
    if (batch.length === DOCUMENTS_AT_ONCE) await flush()
  }
  if (batch.length > 0) await flush()
}
