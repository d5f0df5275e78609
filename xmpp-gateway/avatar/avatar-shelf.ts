/** Avatar shelf: the pictures of users with pairs, each in its place until the user's last pair ends. */
import { createWorkQueue } from '../../core/images/work-queue.ts'
import type { Log } from '../../core/model/log.ts'
import type { Aor } from '../../core/uri/aor.ts'
import { createAvatarPlace, type AvatarPlace, type PictureSource } from './avatar-place.ts'
import { createPictureCache } from './picture-cache.ts'

export interface AvatarShelf {
  /** The user's picture under this name; `source` gives it when it is new. */
  place(user: Aor, name: string, source: () => PictureSource): AvatarPlace
  /** What this user's sources give may be another picture now. What nobody has asked for is not loaded. */
  refresh(user: Aor): void
  forget(user: Aor): void
}

/** A user may announce different pictures to different people, and ever new ones: the oldest go. */
const MOST_OF_ONE = 4
/** After a restart all want to be loaded at once. */
const LOADED_AT_ONCE = 4

/** `changed`: another avatar of the user is to be shown. */
export function createAvatarShelf({
  changed,
  cacheBytes,
  log,
}: {
  changed: (user: Aor) => void
  cacheBytes: number
  log: Log
}): AvatarShelf {
  const places = new Map<Aor, Map<string, AvatarPlace>>()
  const cache = createPictureCache(cacheBytes)
  // Each place waits once at most, so that the places bound the queue.
  const queue = createWorkQueue({ concurrency: LOADED_AT_ONCE, waiting: Infinity })

  function create(user: Aor, source: PictureSource): AvatarPlace {
    return createAvatarPlace(source, {
      cache,
      queue,
      changed: () => {
        if (places.has(user)) changed(user)
      },
      failed: (error) => {
        log.warn({ err: error, user }, 'a user’s picture could not be loaded for XMPP')
      },
    })
  }

  return {
    place(user, name, source) {
      const ofUser = places.get(user) ?? new Map<string, AvatarPlace>()
      places.set(user, ofUser)
      const place = ofUser.get(name) ?? create(user, source())
      ofUser.set(name, place)
      const [oldest] = ofUser.keys()
      if (ofUser.size > MOST_OF_ONE && oldest !== undefined) ofUser.delete(oldest)
      return place
    },
    refresh(user) {
      for (const place of places.get(user)?.values() ?? []) place.refresh()
    },
    forget: (user) => places.delete(user),
  }
}
