/** Current icons: the icon document that a presentity stored last, and the one that a token names. */
import { PRES_CONTENT, type DocumentId } from '../model/document-id.ts'
import type { Log } from '../model/log.ts'
import { createLruCache } from '../model/lru-cache.ts'
import { whenReady, type MaybePromise } from '../model/maybe-promise.ts'
import type { CurrentIcon } from '../model/stores.ts'
import type { Aor } from '../uri/aor.ts'
import { currentIconOf, decodeDocument, documentKey } from './document-record.ts'
import { allIcons, iconsKey, ownerInIconsKey, tokenKey, type IconIndex } from './icon-index.ts'
import type { LevelDatabase } from './level-database.ts'
import { keysBelow, namesInKey } from './record-key.ts'
import { readableOr } from './record-unreadable.ts'

export interface CurrentIcons {
  readonly of: (owner: Aor) => MaybePromise<CurrentIcon | undefined>
  readonly owners: () => AsyncIterable<Aor>
  readonly byToken: (token: string) => MaybePromise<CurrentIcon | undefined>
  /** The documents of this owner, or of anybody, have changed. */
  readonly forget: (owner?: Aor) => void
}

interface Parts {
  readonly database: LevelDatabase
  readonly index: IconIndex
  readonly log: Log
}

/** About 0.7 KB each. */
const CACHED_OWNERS = 40_000

export function createCurrentIcons({ database, index, log }: Parts): CurrentIcons {
  const cache = createLruCache<Aor, CurrentIcon | null>({ capacity: CACHED_OWNERS })
  /** Rises with every change, so that what was read before one is not kept after it. */
  let generation = 0

  function of(owner: Aor): MaybePromise<CurrentIcon | undefined> {
    const cached = cache.get(owner)
    if (cached !== undefined) return cached ?? undefined
    const asked = generation
    return whenReady(findCurrent({ database, index, log }, owner), (icon) => {
      if (asked === generation) cache.set(owner, icon ?? null)
      return icon
    })
  }

  return {
    of,
    async *owners() {
      for await (const [key] of database.entries(allIcons)) yield ownerInIconsKey(key)
    },
    byToken(token) {
      const key = tokenKey(token)
      return whenReady(database.read(key), (record) => {
        const use = index.tokenUse(key, record)
        if (!use) return undefined
        // Only while it is its owner's current icon.
        return whenReady(of(use.owner), (icon) => (icon?.token === token ? icon : undefined))
      })
    },
    forget(owner) {
      generation++
      if (owner === undefined) cache.clear()
      else cache.delete(owner)
    },
  }
}

function findCurrent(parts: Parts, owner: Aor): MaybePromise<CurrentIcon | undefined> {
  const { database, index, log } = parts
  const key = iconsKey(owner)
  return whenReady(database.read(key), (record) => {
    const icons = index.ownersIcons(key, record)
    if (!icons) return undefined
    if (icons.path === undefined) return newestOf(parts, owner)
    const id = { auid: PRES_CONTENT, tree: owner, path: icons.path }
    return whenReady(database.read(documentKey(id)), (bytes) => iconIn(id, bytes, log))
  })
}

async function newestOf({ database, log }: Parts, owner: Aor): Promise<CurrentIcon | undefined> {
  let newest: CurrentIcon | undefined
  for await (const [key, bytes] of database.entries(keysBelow('document', owner, PRES_CONTENT))) {
    const icon = iconIn(
      { auid: PRES_CONTENT, tree: owner, path: namesInKey(key)[2] ?? '' },
      bytes,
      log,
    )
    if (icon && (!newest || icon.sequence > newest.sequence)) newest = icon
  }
  return newest
}

/** An icon that cannot be read is none: presence goes on without it. */
function iconIn(id: DocumentId, bytes: Buffer | undefined, log: Log): CurrentIcon | undefined {
  if (!bytes) return undefined
  return readableOr(undefined, log, () => currentIconOf(id, decodeDocument(documentKey(id), bytes)))
}
