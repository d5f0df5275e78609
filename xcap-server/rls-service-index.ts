/** Which document each RLS service stands in, over all users: kept in memory, true to the store. RFC 4826 §4.4.5. */
import { parseRlsServices } from '../core/documents/rls-services.ts'
import { readDocument, type XmlLimits } from '../core/documents/xml-reader.ts'
import type { ChangeFeed } from '../core/model/change-feed.ts'
import { RLS_SERVICES, type DocumentId } from '../core/model/document-id.ts'
import type { Domains } from '../core/model/domain.ts'
import type { Log } from '../core/model/log.ts'
import { createRlsServicePlaces } from '../core/model/rls-service-places.ts'
import type { DocumentStore, StoredDocument } from '../core/model/stores.ts'
import { rlsServiceName, type RlsServiceName } from '../core/model/rls-service-name.ts'

export interface RlsServiceIndex {
  /** Whether another document than this one has the service, as of every write that was acknowledged. */
  isElsewhere(service: RlsServiceName, here: DocumentId): Promise<boolean>
  /** Another number after every change. */
  revision(): number
  close(): void
}

interface Parts {
  documents: DocumentStore
  changes: ChangeFeed
  domains: Domains
  xmlLimits: XmlLimits
  log: Log
}

/** Resolves when every stored document is in it. */
export async function openRlsServiceIndex(parts: Parts): Promise<RlsServiceIndex> {
  const { documents, changes, log } = parts
  const places = createRlsServicePlaces()
  let revision = 0

  async function reread(id: DocumentId): Promise<void> {
    try {
      const stored = await documents.get(id)
      places.set(id, stored ? servicesIn(stored, parts) : [])
    } catch (error) {
      log.error({ err: error, id }, 'a document of RLS services cannot be read')
    }
  }

  // Changes are taken up one after the other, so that the newest reading of a document is the last.
  let settled = Promise.resolve()
  const unsubscribe = changes.subscribe((change) => {
    if (change.kind !== 'document' || change.id.auid !== RLS_SERVICES) return
    revision++
    settled = settled.then(() => reread(change.id))
  })
  settled = (async () => {
    for await (const stored of documents.ofUsage(RLS_SERVICES)) {
      places.set(stored.id, servicesIn(stored, parts))
    }
  })()
  await settled
  return {
    isElsewhere: async (service, here) => {
      await settled
      const place = places.of(service.key)
      return place !== undefined && (place.tree !== here.tree || place.path !== here.path)
    },
    revision: () => revision,
    close: unsubscribe,
  }
}

function servicesIn({ body }: StoredDocument, { domains, xmlLimits }: Parts): string[] {
  const read = readDocument(body, parseRlsServices, xmlLimits)
  if (read.error !== undefined) return []
  return read.value
    .map(({ uri }) => rlsServiceName(uri, domains)?.key)
    .filter((key) => key !== undefined)
}
