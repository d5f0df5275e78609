/** Left pictures: of contacts whom nobody here may see any more, lost when nobody could take them away. */
import type { Domains } from '../../core/model/domain.ts'
import type { Log } from '../../core/model/log.ts'
import type { DocumentStore } from '../../core/model/stores.ts'
import type { ContactTable } from './contact-table.ts'

/**
 * To be called once the pairs are loaded. A gateway that was killed, or another configuration, may have left pictures
 * of contacts without a pair, and nobody would ever speak of these again. Never rejects.
 */
export async function attendToLeftPictures({
  documents,
  domains,
  table,
  log,
}: {
  documents: Pick<DocumentStore, 'iconOwners'>
  domains: Pick<Domains, 'of'>
  table: Pick<ContactTable, 'attend'>
  log: Log
}): Promise<void> {
  try {
    for await (const owner of documents.iconOwners()) {
      // Whoever is not of this service has an icon from the gateway alone.
      if (domains.of(owner) === undefined) table.attend(owner)
    }
  } catch (error) {
    log.warn({ err: error }, 'pictures of lost XMPP contacts were not looked for')
  }
}
