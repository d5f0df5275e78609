/** Documents from another XCAP server: each is checked as a PUT of its owner's would be; a second run changes nothing. RFC 4825 §8.2.5. */
import { createHash } from 'node:crypto'
import type { DocumentContent, DocumentStore, WriteOutcome } from '../../core/model/stores.ts'
import type { DocumentId } from '../../core/model/document-id.ts'
import type { Aor } from '../../core/uri/aor.ts'
import type { ApplicationUsage } from '../../xcap-server/application-usage.ts'
import { Conflict } from '../../xcap-server/conflicts.ts'
import { HttpError } from '../../xcap-server/http-errors.ts'
import { AccountProblem } from '../account-problem.ts'
import type { DocumentImport, DocumentReport, DocumentRow, ImportOutcome } from './document-rows.ts'

export interface ImportTarget {
  readonly documents: DocumentStore
  readonly usages: ReadonlyMap<string, ApplicationUsage>
  /** Whose home it is. Rejects with AccountProblem. */
  readonly owner: (username: string, domain: string) => Promise<Aor>
  /** It is only said what would be. */
  readonly dryRun: boolean
}

export async function importDocuments(
  { documents, overwrite = false }: DocumentImport,
  target: ImportTarget,
): Promise<DocumentReport> {
  const count = { created: 0, changed: 0, unchanged: 0, kept: 0 }
  const refused: DocumentReport['refused'] = []
  // One after the other: rules of one document may rest on another.
  for (const row of documents) {
    try {
      count[await importDocument(row, overwrite, target)]++
    } catch (error) {
      refused.push({ place: row.place, problem: `${nameOf(row)}: ${problemOf(error)}` })
    }
  }
  return { ...count, refused }
}

async function importDocument(
  { username, domain, auid, path, body }: DocumentRow,
  overwrite: boolean,
  { documents, usages, owner, dryRun }: ImportTarget,
): Promise<ImportOutcome> {
  const usage = usages.get(auid)
  if (!usage?.accept) throw new AccountProblem('there is no such application usage')
  const { accept, mediaType } = usage
  const address = { name: auid, tree: await owner(username, domain), path }
  const id = usage.locate(address)
  if (!id) throw new AccountProblem('no document can stand there')
  const upload = { address, mediaType: mediaType.toLowerCase(), body: Buffer.from(body, 'base64') }
  const write = async () => writeContent(id, await accept(upload), { documents, overwrite, dryRun })
  return usage.oneByOne ? usage.oneByOne(write) : write()
}

/** Compared by content: what is there already is not written again. */
export async function writeContent(
  id: DocumentId,
  content: DocumentContent,
  {
    documents,
    overwrite,
    dryRun,
  }: { documents: DocumentStore; overwrite: boolean; dryRun: boolean },
): Promise<ImportOutcome> {
  const present = await documents.get(id)
  if (present && digest(present.body) === digest(content.body)) return 'unchanged'
  if (present && !overwrite) return 'kept'
  const outcome = present ? 'changed' : 'created'
  if (dryRun) return outcome
  const conditions = present ? { ifMatch: [present.tag] } : ({ ifNoneMatch: '*' } as const)
  checkWritten(await documents.put(id, content, conditions))
  return outcome
}

function checkWritten({ outcome }: WriteOutcome): void {
  if (outcome === 'precondition-failed') {
    throw new AccountProblem('somebody else changed it at this moment; run the import once more')
  }
  if (outcome === 'banned') throw new AccountProblem('the image is banned')
  if (outcome === 'no-room') throw new AccountProblem('there is no room for it')
}

function digest(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

function nameOf({ username, domain, auid, path }: DocumentRow): string {
  return `${username}@${domain} ${auid}/${path.join('/')}`
}

/** What is wrong with the document; what is wrong with the store ends the import. */
function problemOf(error: unknown): string {
  if (error instanceof Conflict) return error.report.phrase ?? error.report.name
  if (error instanceof HttpError) return error.phrase
  if (error instanceof AccountProblem) return error.message
  throw error
}
