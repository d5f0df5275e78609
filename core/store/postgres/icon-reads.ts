/** Icon reads: a presentity's current icon, whose a token is, and the bytes of images. */
import { PRES_CONTENT, type DocumentId } from '../../model/document-id.ts'
import { createLruCache } from '../../model/lru-cache.ts'
import { whenReady, type MaybePromise } from '../../model/maybe-promise.ts'
import type { CurrentIcon, DocumentStore } from '../../model/stores.ts'
import type { Aor } from '../../uri/aor.ts'
import { sha256 } from '../blob-files.ts'
import { currentIconOf } from '../document-record.ts'
import { RecordUnreadable } from '../record-unreadable.ts'
import type { Query } from './connection.ts'
import { HEAD_COLUMNS, idOfRow, recordOfHead, type HeadRow } from './document-row.ts'
import { createFollowedReads } from './followed-reads.ts'
import { originalText, storedText } from './stored-text.ts'

export interface IconReads extends Pick<
  DocumentStore,
  'currentIcon' | 'iconOwners' | 'iconByToken' | 'image'
> {
  /** The document has changed. */
  readonly forget: (id: DocumentId) => void
  readonly forgetAll: () => void
}

/** About 0.7 KB each. */
const CACHED_OWNERS = 40_000
/** About 0.2 KB each. */
const CACHED_TOKENS = 40_000

export function createIconReads({
  query,
  isLive,
}: {
  query: Query
  isLive: () => boolean
}): IconReads {
  const icons = createFollowedReads<CurrentIcon>({
    isLive,
    kept: createLruCache({ capacity: CACHED_OWNERS }),
    ask: (owner) => readCurrentIcon(query, owner),
  })
  // A token names an image of a person for ever: only whether it is the current one changes.
  const owners = createLruCache<string, Aor>({ capacity: CACHED_TOKENS })

  function ownerOf(token: string): MaybePromise<Aor | undefined> {
    const known = owners.get(token)
    if (known !== undefined) return known
    return readOwner(query, token).then((owner) => {
      if (owner !== undefined) owners.set(token, owner)
      return owner
    })
  }

  return {
    currentIcon: (owner) => icons.read(owner),
    iconByToken: (token) =>
      whenReady(ownerOf(token), (owner) => {
        if (owner === undefined) return undefined
        return whenReady(icons.read(owner), (icon) => (icon?.token === token ? icon : undefined))
      }),
    iconOwners: () => readOwners(query),
    image: (hash) => readImage(query, hash),
    forget({ auid, tree }) {
      if (auid === PRES_CONTENT) icons.forget(tree)
    },
    forgetAll: icons.forgetAll,
  }
}

const IS_ICON = `icon IS NOT NULL AND auid = '${PRES_CONTENT}' AND tree <> 'global'`
const CURRENT_ICON = {
  name: 'current-icon',
  text: `SELECT ${HEAD_COLUMNS} FROM document WHERE tree = $1 AND ${IS_ICON}
  ORDER BY sequence DESC LIMIT 1`,
}

async function readCurrentIcon(query: Query, owner: string): Promise<CurrentIcon | undefined> {
  const [row] = await query<HeadRow>({ ...CURRENT_ICON, values: [storedText(owner)] })
  return row && currentIconOf(idOfRow(row), recordOfHead(row))
}

const OWNER_OF_TOKEN = {
  name: 'owner-of-token',
  text: `SELECT tree FROM document WHERE token = $1 AND ${IS_ICON} LIMIT 1`,
}

async function readOwner(query: Query, token: string): Promise<Aor | undefined> {
  const [row] = await query<{ tree: string }>({ ...OWNER_OF_TOKEN, values: [storedText(token)] })
  return row && (originalText(row.tree) as Aor)
}

const OWNERS_AT_ONCE = 1_000
const NEXT_OWNERS = {
  name: 'next-owners',
  text: `SELECT DISTINCT tree FROM document WHERE tree > $1 AND ${IS_ICON}
  ORDER BY tree LIMIT ${OWNERS_AT_ONCE}`,
}

async function* readOwners(query: Query): AsyncIterable<Aor> {
  let last = ''
  for (;;) {
    const rows = await query<{ tree: string }>({ ...NEXT_OWNERS, values: [last] })
    for (const { tree } of rows) yield originalText(tree) as Aor
    const end = rows.at(-1)?.tree
    if (end === undefined || rows.length < OWNERS_AT_ONCE) return
    last = end
  }
}

const IMAGE = {
  name: 'image',
  text: 'SELECT bytes FROM image WHERE hash = $1',
}

/** Rejects with RecordUnreadable. */
export async function readImage(query: Query, hash: string): Promise<Uint8Array | undefined> {
  const [row] = await query<{ bytes: Buffer }>({ ...IMAGE, values: [storedText(hash)] })
  if (row && sha256(row.bytes) !== hash) {
    throw new RecordUnreadable(`image ${hash}`, 'its bytes are not those that were stored')
  }
  return row?.bytes
}
