/** The lists that people may subscribe to by an address of their own. RFC 4826 §4.5, §5. */
import { parseRlsServices, type RlsService } from '../../core/documents/rls-services.ts'
import { readDocument } from '../../core/documents/xml-reader.ts'
import { INDEX_DOCUMENT, RLS_SERVICES, type DocumentId } from '../../core/model/document-id.ts'
import type { Domains } from '../../core/model/domain.ts'
import type { Log } from '../../core/model/log.ts'
import { rejectInstead, whenReady, type MaybePromise } from '../../core/model/maybe-promise.ts'
import { rlsServiceName } from '../../core/model/rls-service-name.ts'
import { createRlsServicePlaces } from '../../core/model/rls-service-places.ts'
import type { DocumentStore, StoredDocument } from '../../core/model/stores.ts'

export interface ListServices {
  /** Reads what is stored. */
  open(): Promise<void>
  /** Resolves when the document is known as it is now; anything but a document of services is known already. */
  reread(id: DocumentId): MaybePromise<void>
  /** Whether there is a service of this address. */
  has(uri: string): boolean
  find(uri: string): MaybePromise<FoundService | undefined>
}

export interface FoundService {
  readonly id: DocumentId
  readonly service: RlsService
}

interface ListServicesParts {
  readonly documents: Pick<DocumentStore, 'get' | 'ofUsage'>
  readonly domains: Domains
  readonly log: Log
}

export function createListServices({ documents, domains, log }: ListServicesParts): ListServices {
  const places = createRlsServicePlaces()
  const keyOf = (uri: string) => rlsServiceName(uri, domains)?.key
  const placeOf = (uri: string) => {
    const key = places.size === 0 ? undefined : keyOf(uri)
    return key === undefined ? undefined : places.of(key)
  }

  const note = (id: DocumentId, stored: StoredDocument | undefined) => {
    const keys = servicesIn(stored).flatMap(({ uri }) => keyOf(uri) ?? [])
    places.set(id, keys)
  }
  const reread = (id: DocumentId) =>
    whenReady(documents.get(id), (stored) => {
      note(id, stored)
    })
  return {
    async open() {
      for await (const stored of documents.ofUsage(RLS_SERVICES)) {
        if (isPickedUp(stored.id)) note(stored.id, stored)
      }
    },
    reread(id) {
      const noted = isPickedUp(id) ? rejectInstead(() => reread(id)) : undefined
      if (!(noted instanceof Promise)) return undefined
      return noted.catch((error: unknown) => {
        log.error({ err: error, id }, 'a document of RLS services cannot be read')
      })
    },
    has: (uri) => placeOf(uri) !== undefined,
    find(uri) {
      const id = placeOf(uri)
      if (!id) return undefined
      const key = keyOf(uri)
      return whenReady(documents.get(id), (stored) => {
        const service = servicesIn(stored).find((one) => keyOf(one.uri) === key)
        return service && { id, service }
      })
    },
  }
}

/** Services in documents of other names are not picked up. RFC 4826 §4.4.7 */
function isPickedUp({ auid, path }: DocumentId): boolean {
  return auid === RLS_SERVICES && path === INDEX_DOCUMENT
}

function servicesIn(stored: StoredDocument | undefined): readonly RlsService[] {
  const read = stored && readDocument(stored.body, parseRlsServices)
  return read && read.error === undefined ? read.value : []
}
