/** Avatar place: one picture on the shelf, loaded when it is asked for, its bytes made again when they have been dropped. */
import type { WorkQueue } from '../../core/images/work-queue.ts'
import type { MaybePromise } from '../../core/model/maybe-promise.ts'
import type { Avatar, Picture, ShownAvatar } from '../user-avatars.ts'
import type { PictureCache } from './picture-cache.ts'
import { createStaleMark } from './stale-mark.ts'

/** Where the picture of a user comes from. */
export interface PictureSource {
  /** Names the picture, so that the same one is not made again. Undefined: there is none. */
  version(): MaybePromise<string | undefined>
  /** Undefined: it has gone meanwhile, or cannot be shown. */
  make(version: string): Promise<Picture | undefined>
}

export interface AvatarPlace {
  /** Begins to load what is unknown. */
  shown(): ShownAvatar
  /** Waits for what is being loaded. */
  picture(): Promise<Picture | undefined>
  /** The source may give another picture now. */
  refresh(): void
}

export interface AvatarPlaceParts {
  readonly cache: PictureCache
  readonly queue: WorkQueue
  /** Another avatar is to be shown. */
  readonly changed: () => void
  /** The source failed: what was known stays, and whoever asks next tries again. */
  readonly failed: (error: unknown) => void
}

export function createAvatarPlace(source: PictureSource, parts: AvatarPlaceParts): AvatarPlace {
  const bytesOf = createRemaker(source, parts.cache)
  let shown: ShownAvatar = { state: 'unknown' }
  let version: string | undefined

  async function update(): Promise<void> {
    const current = await source.version()
    if (current !== undefined && current === version) return
    const picture = current === undefined ? undefined : await source.make(current)
    version = picture && current
    if (picture) parts.cache.keep(picture)
    const before = shown
    shown = picture ? { state: 'image', avatar: picture.avatar } : { state: 'none' }
    // The same bytes again are no change.
    if (!isSame(before, shown)) parts.changed()
  }

  const stale = createStaleMark({
    update,
    run: (work) => parts.queue.run(work),
    failed: parts.failed,
  })

  return {
    shown() {
      void stale.cleared()
      return shown
    },
    async picture() {
      await stale.cleared()
      return shown.state === 'image' && version !== undefined
        ? bytesOf(shown.avatar, version)
        : undefined
    },
    refresh() {
      stale.set()
      void stale.cleared()
    },
  }
}

/** However many ask at once, it is made once. */
function createRemaker(source: PictureSource, cache: PictureCache) {
  let making: Promise<Picture | undefined> | undefined
  return async ({ id }: Avatar, version: string): Promise<Picture | undefined> => {
    const kept = cache.find(id)
    if (kept) return kept
    making ??= source.make(version).finally(() => (making = undefined))
    const made = await making
    if (made) cache.keep(made)
    return made?.avatar.id === id ? made : undefined
  }
}

function isSame(a: ShownAvatar, b: ShownAvatar): boolean {
  if (a.state === 'image' && b.state === 'image') return a.avatar.id === b.avatar.id
  return a.state === b.state
}
