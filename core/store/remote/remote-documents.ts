/** Documents of a store that another process owns, from memory where it can. */
import { PRES_CONTENT, type Auid, type DocumentId } from '../../model/document-id.ts'
import { createLruCache } from '../../model/lru-cache.ts'
import { whenReady, type MaybePromise } from '../../model/maybe-promise.ts'
import type {
  CurrentIcon,
  DocumentMetadata,
  DocumentStore,
  StoredDocument,
} from '../../model/stores.ts'
import type { Aor } from '../../uri/aor.ts'
import { createRemoteReads } from './remote-reads.ts'
import type { StoreCalls } from './store-calls.ts'

/** About 0.7 KB each. */
const CACHED_METADATA = 20_000
const CACHED_ICONS = 20_000
/** Bytes of bodies kept in memory, and what one of them costs besides. */
const CACHED_BYTES = 16 * 1024 * 1024
const ENTRY_BYTES = 1024

export function createRemoteDocuments({ call, stream }: StoreCalls): {
  readonly store: DocumentStore
  readonly forget: (id: DocumentId) => void
} {
  const metadata = createRemoteReads<DocumentMetadata>(
    createLruCache({ capacity: CACHED_METADATA }),
  )
  const whole = createRemoteReads<StoredDocument>(
    createLruCache({
      capacity: CACHED_BYTES,
      weigh: (document) => ENTRY_BYTES + (document?.body.length ?? 0),
    }),
  )
  const icons = createRemoteIcons(call)
  const get = (id: DocumentId) => whole.read(keyOf(id), () => call('document', id))
  const ofUsage = createUsageReader((auid) => stream('documentsOfUsage', auid), get)
  return {
    store: {
      metadata: (id) => metadata.read(keyOf(id), () => call('metadata', id)),
      get,
      put: (...asked) => call('putDocument', ...asked),
      delete: (...asked) => call('deleteDocument', ...asked),
      list: (...asked) => call('documentsOf', ...asked),
      ofUsage: (auid) => ofUsage.read(auid),
      currentIcon: (owner) => icons.of(owner),
      iconOwners: () => stream('iconOwners'),
      iconByToken: (token) => icons.byToken(token),
      image: (hash) => call('image', hash),
    },
    forget(id) {
      metadata.forget(keyOf(id))
      whole.forget(keyOf(id))
      ofUsage.forget(id)
      if (id.auid === PRES_CONTENT) icons.forget(id.tree)
    },
  }
}

/** Documents come in pieces: what has changed since its piece was made is read anew. */
function createUsageReader(
  stream: (auid: Auid) => AsyncIterable<StoredDocument>,
  get: (id: DocumentId) => MaybePromise<StoredDocument | undefined>,
) {
  const underWay = new Set<{ readonly auid: Auid; readonly changed: Set<string> }>()
  async function* read(auid: Auid): AsyncIterable<StoredDocument> {
    const reading = { auid, changed: new Set<string>() }
    underWay.add(reading)
    try {
      for await (const document of stream(auid)) {
        const isOld = reading.changed.has(keyOf(document.id))
        const current = isOld ? await get(document.id) : document
        if (current && !current.icon) yield current
      }
    } finally {
      underWay.delete(reading)
    }
  }

  return {
    read,
    forget(id: DocumentId) {
      for (const { auid, changed } of underWay) if (auid === id.auid) changed.add(keyOf(id))
    },
  }
}

function createRemoteIcons(call: StoreCalls['call']) {
  const current = createRemoteReads<CurrentIcon>(createLruCache({ capacity: CACHED_ICONS }))
  /** A token is made of its owner and image: it never becomes anybody else's. */
  const owners = createLruCache<string, Aor>({ capacity: CACHED_ICONS })
  const of = (owner: Aor) => current.read(owner, () => call('currentIcon', owner))
  return {
    of,
    byToken(token: string) {
      const owner = owners.get(token)
      if (owner === undefined) return ask(token)
      // Only while it is its owner's current icon.
      return whenReady(of(owner), (icon) => (icon?.token === token ? icon : undefined))
    },
    forget: (tree: string) => {
      current.forget(tree)
    },
  }

  async function ask(token: string): Promise<CurrentIcon | undefined> {
    const icon = await call('iconByToken', token)
    // An icon stands in its owner's tree.
    if (icon && icon.id.tree !== 'global') owners.set(token, icon.id.tree)
    return icon
  }
}

function keyOf({ auid, tree, path }: DocumentId): string {
  return `${auid}\0${tree}\0${path}`
}
