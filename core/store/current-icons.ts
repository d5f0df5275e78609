/** Current icons: which icon document of a presentity was stored last, and whose icon a token names. */
import { PRES_CONTENT, type DocumentId } from '../model/document-id.ts'
import type { Log } from '../model/log.ts'
import { whenReady, type MaybePromise } from '../model/maybe-promise.ts'
import type { CurrentIcon } from '../model/stores.ts'
import type { Aor } from '../uri/aor.ts'
import {
  currentIconOf,
  decodeDocument,
  documentKey,
  type DocumentRecord,
} from './document-record.ts'
import type { LevelDatabase, WriteOperation } from './level-database.ts'
import { createLruCache } from './lru-cache.ts'
import { openJson, sealJson } from './record-envelope.ts'
import { keysBelow, namesInKey, recordKey } from './record-key.ts'
import { readableOr } from './record-unreadable.ts'

export interface CurrentIcons {
  readonly of: (owner: Aor) => MaybePromise<CurrentIcon | undefined>
  readonly byToken: (token: string) => MaybePromise<CurrentIcon | undefined>
  /** What is to be written together with a document that was `before` and becomes `after`. */
  readonly operations: (
    id: DocumentId,
    before: DocumentRecord | undefined,
    after: DocumentRecord | undefined,
  ) => WriteOperation[]
  /** The documents of this owner have changed. */
  readonly forget: (owner: Aor) => void
  readonly forgetAll: () => void
}

interface OwnersIcons {
  /** Icon documents of the owner. */
  readonly count: number
  /** Of the one stored last; absent after that one went away: the others have to be looked at. */
  readonly path?: string
}

interface TokenUse {
  readonly owner: Aor
  /** Icon documents with this token: the same image may stand under several names. */
  readonly count: number
}

/** About 1 KB each. */
const CACHED_OWNERS = 20_000
/** An unreadable index must not hide an icon. */
const UNKNOWN: OwnersIcons = { count: 1_000_000 }

export function createCurrentIcons({
  database,
  latest,
  log,
}: {
  database: LevelDatabase
  /** The newest value under a key, writes under way included. */
  latest: (key: string) => Buffer | undefined
  log: Log
}): CurrentIcons {
  const cache = createLruCache<Aor, CurrentIcon | null>({ capacity: CACHED_OWNERS })
  /** Rises with every change, so that what was read before one is not kept after it. */
  let generation = 0

  function ownersIcons(key: string, record: Buffer | undefined): OwnersIcons | undefined {
    if (!record) return undefined
    return readableOr(UNKNOWN, log, () => openJson(key, record) as OwnersIcons)
  }

  function iconAt(id: DocumentId): MaybePromise<CurrentIcon | undefined> {
    const key = documentKey(id)
    return whenReady(database.read(key), (record) => iconIn(id, key, record))
  }

  function iconIn(
    id: DocumentId,
    key: string,
    record: Buffer | undefined,
  ): CurrentIcon | undefined {
    if (!record) return undefined
    return readableOr(undefined, log, () => currentIconOf(id, decodeDocument(key, record)))
  }

  async function newestOf(owner: Aor): Promise<CurrentIcon | undefined> {
    let newest: CurrentIcon | undefined
    for await (const [key, record] of database.entries(
      keysBelow('document', owner, PRES_CONTENT),
    )) {
      const id = { auid: PRES_CONTENT, tree: owner, path: namesInKey(key)[2] ?? '' }
      const icon = iconIn(id, key, record)
      if (icon && (!newest || icon.sequence > newest.sequence)) newest = icon
    }
    return newest
  }

  function find(owner: Aor): MaybePromise<CurrentIcon | undefined> {
    const key = recordKey('icons', owner)
    return whenReady(database.read(key), (record) => {
      const icons = ownersIcons(key, record)
      if (!icons) return undefined
      if (icons.path === undefined) return newestOf(owner)
      return iconAt({ auid: PRES_CONTENT, tree: owner, path: icons.path })
    })
  }

  function of(owner: Aor): MaybePromise<CurrentIcon | undefined> {
    const cached = cache.get(owner)
    if (cached !== undefined) return cached ?? undefined
    const asked = generation
    return whenReady(find(owner), (icon) => {
      if (asked === generation) cache.set(owner, icon ?? null)
      return icon
    })
  }

  function indexOperation(
    owner: Aor,
    path: string,
    change: number,
    isIcon: boolean,
  ): WriteOperation {
    const key = recordKey('icons', owner)
    const icons = ownersIcons(key, latest(key)) ?? { count: 0 }
    const count = icons.count + change
    if (count <= 0) return { type: 'del', key }
    const newest = isIcon ? path : icons.path
    // When the newest goes, which one follows is found out by whoever asks for it.
    const known = newest !== undefined && (isIcon || newest !== path)
    return { type: 'put', key, value: sealJson({ count, ...(known && { path: newest }) }) }
  }

  function tokenOperation(owner: Aor, token: string, change: 1 | -1): WriteOperation {
    const key = recordKey('token', token)
    const use = tokenUse(key, latest(key))
    const count = (use?.count ?? 0) + change
    if (count <= 0) return { type: 'del', key }
    return { type: 'put', key, value: sealJson({ owner, count } satisfies TokenUse) }
  }

  function tokenUse(key: string, record: Buffer | undefined): TokenUse | undefined {
    if (!record) return undefined
    return readableOr(undefined, log, () => openJson(key, record) as TokenUse)
  }

  return {
    of,
    byToken(token) {
      const key = recordKey('token', token)
      return whenReady(database.read(key), (record) => {
        const use = tokenUse(key, record)
        if (!use) return undefined
        // Only while it is its owner's current icon.
        return whenReady(of(use.owner), (icon) => (icon?.token === token ? icon : undefined))
      })
    },
    operations({ auid, tree, path }, before, after) {
      const had = before?.icon !== undefined
      const has = after?.icon !== undefined
      if (auid !== PRES_CONTENT || tree === 'global' || (!had && !has)) return []
      const operations = [indexOperation(tree, path, Number(has) - Number(had), has)]
      if (before?.token !== after?.token) {
        if (before?.token !== undefined) operations.push(tokenOperation(tree, before.token, -1))
        if (after?.token !== undefined) operations.push(tokenOperation(tree, after.token, 1))
      }
      return operations
    },
    forget(owner) {
      generation++
      cache.delete(owner)
    },
    forgetAll() {
      generation++
      cache.clear()
    },
  }
}
