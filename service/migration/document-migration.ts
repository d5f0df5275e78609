/** Migration of documents with their images, and of the secrets that their addresses are made of. */
import type {
  SecretName,
  TransferableStore,
  TransferredDocument,
} from '../../core/model/store-transfer.ts'
import type { Migration, MigrationStep } from './migration-step.ts'
import { sideBySide } from './side-by-side.ts'

/** The digest nonces go with them: nobody is asked for a password anew. */
const SECRETS: readonly SecretName[] = ['icon-token', 'digest-nonce']

export const migrateSecrets: MigrationStep = async ({ from, to }, count) => {
  for (const name of SECRETS) {
    const taken = await to.transfer.takeSecret(name, await from.secrets.secret(name))
    if (taken === 'other') {
      throw new Error(
        `the store that is written to has another secret ${name}: a Visage ran on it already; take an empty one`,
      )
    }
    count(taken === 'stored')
  }
}

const AT_ONCE = 16

export const migrateDocuments: MigrationStep = ({ from, to }, count) =>
  sideBySide(from.transfer.documents(), AT_ONCE, async (document) => {
    const isWanted = !(await isThere(to, document))
    if (isWanted) await to.transfer.takeDocument(document)
    count(isWanted)
  })

/** What somebody has stored there since is newer, and stays. */
async function isThere(
  { documents }: TransferableStore,
  { id, version }: TransferredDocument,
): Promise<boolean> {
  const present = await documents.metadata(id)
  return (
    present !== undefined && (present.tag === version.tag || present.storedAt > version.storedAt)
  )
}

/** Reads everything once more, from both. Rejects with an Error that names what is missing or different. */
export function verifyDocuments(
  { from, to }: Pick<Migration, 'from' | 'to'>,
  progress: (kind: string) => void,
): Promise<void> {
  return sideBySide(from.transfer.documents(), AT_ONCE, async ({ id, version, content }) => {
    const found = await to.documents.get(id)
    const image = found?.icon && (await to.documents.image(found.icon.hash))
    const isSame = found?.tag === version.tag
    const isWhole = found && (!found.icon || image) && (!isSame || equal(found.body, content.body))
    if (!isWhole) {
      throw new Error(`${id.tree} ${id.auid} ${id.path} is not as it was: run the migration again`)
    }
    progress('verified documents')
  })
}

function equal(one: Uint8Array, other: Uint8Array): boolean {
  return Buffer.compare(one, other) === 0
}
