/** Icons from elsewhere: stored as a form upload stores them, unless the person has one. OMA Presence SIMPLE Content XDM. */
import { randomInt } from 'node:crypto'
import { PRES_CONTENT, STATUS_ICON_FOLDER } from '../../core/model/document-id.ts'
import { iconExtension } from '../../core/model/status-icon.ts'
import type { DocumentContent, DocumentStore } from '../../core/model/stores.ts'
import type { Aor } from '../../core/uri/aor.ts'
import { Conflict } from '../../xcap-server/conflicts.ts'
import type { IconContents } from '../../xcap-server/icon-content.ts'
import { AccountProblem } from '../account-problem.ts'
import { writeContent } from './document-import.ts'
import type { ImportOutcome } from './document-rows.ts'

const NAME_LENGTH = 20
const NAME_CHARACTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'

/** Throws AccountProblem where the image is no icon. */
export function iconContent(
  bytes: Uint8Array,
  owner: Aor,
  contents: IconContents,
): DocumentContent {
  try {
    return contents.fromImage(bytes, owner)
  } catch (error) {
    if (!(error instanceof Conflict)) throw error
    throw new AccountProblem(error.report.phrase ?? error.report.name, 'invalid')
  }
}

/** Compared with the person's current icon by the image's hash. */
export async function storeIcon(
  owner: Aor,
  content: DocumentContent,
  asked: { documents: DocumentStore; overwrite: boolean; dryRun: boolean },
): Promise<ImportOutcome> {
  const { documents, overwrite, dryRun } = asked
  const current = await documents.currentIcon(owner)
  if (current && current.icon.hash === content.icon?.hash) return 'unchanged'
  if (current && !overwrite) return 'kept'
  const path = `${STATUS_ICON_FOLDER}/${newName(content)}`
  await writeContent({ auid: PRES_CONTENT, tree: owner, path }, content, asked)
  if (!current) return 'created'
  // What its owner wrote at this moment stays.
  if (!dryRun) await documents.delete(current.id, { ifMatch: [current.tag] })
  return 'changed'
}

/** Nobody can guess it. */
function newName({ icon }: DocumentContent): string {
  const letters = Array.from({ length: NAME_LENGTH }, () =>
    NAME_CHARACTERS.charAt(randomInt(NAME_CHARACTERS.length)),
  )
  return `${letters.join('')}.${iconExtension(icon?.mediaType ?? 'image/png')}`
}
