/** User avatars: from the change feed and the store to what each contact may see. XEP-0084, XEP-0153. */
import type { PngThumbnailer } from '../../core/images/png-thumbnailer.ts'
import { QueueFull } from '../../core/images/work-queue.ts'
import type { Change, ChangeFeed } from '../../core/model/change-feed.ts'
import { PRES_CONTENT } from '../../core/model/document-id.ts'
import type { Log } from '../../core/model/log.ts'
import type { DocumentStore } from '../../core/model/stores.ts'
import type { Aor } from '../../core/uri/aor.ts'
import { createListeners } from '../listeners.ts'
import type { Pair, Pairs } from '../pair.ts'
import { StanzaError } from '../stanza-error.ts'
import type { UserAvatars } from '../user-avatars.ts'
import {
  announcedPicture,
  createAnnouncedUrls,
  type ForeignPictures,
} from './announced-pictures.ts'
import type { AvatarPlace } from './avatar-place.ts'
import { createAvatarShelf, type AvatarShelf } from './avatar-shelf.ts'
import { createIconOwners, type IconOwners, type IconOwnersOptions } from './icon-owners.ts'
import { iconView } from './pair-view.ts'
import { storedPicture } from './stored-picture.ts'

export interface UserAvatarsOptions extends IconOwnersOptions {
  /** Loaded already. */
  readonly pairs: Pairs
  readonly documents: Pick<DocumentStore, 'currentIcon' | 'image'>
  readonly changes: ChangeFeed
  readonly thumbnailer: PngThumbnailer
  /** Absent: users of other SIP domains are shown without a picture. */
  readonly foreign?: ForeignPictures
  /** Of pictures kept in memory. */
  readonly cacheBytes?: number
  readonly log: Log
}

const CACHE_BYTES = 16 * 1024 * 1024

export function createUserAvatars(
  options: UserAvatarsOptions,
): UserAvatars & { readonly close: () => void } {
  const { cacheBytes = CACHE_BYTES, log } = options
  const listeners = createListeners<(user: Aor) => void>(log)
  const changed = (user: Aor) => {
    listeners.tell((listener) => {
      listener(user)
    })
  }
  const shelf = createAvatarShelf({ changed, cacheBytes, log })
  const owners = createIconOwners(options)
  const placeOf = createPlaces(shelf, { ...options, owners })
  return {
    of(pair) {
      const view = iconView(pair)
      if (view === 'unknown') return { state: 'unknown' }
      const place = view === 'shown' ? placeOf(pair) : undefined
      return place ? place.shown() : { state: 'none' }
    },
    async picture(pair) {
      return iconView(pair) === 'shown' ? placeOf(pair)?.picture().catch(asRefusal) : undefined
    },
    follow: listeners.follow,
    close: keepUp(shelf, placeOf, { ...options, owners }),
  }
}

/** What cannot be made now for all that is asked at once. */
function asRefusal(error: unknown): never {
  throw error instanceof QueueFull ? new StanzaError('resource-constraint', 'wait') : error
}

/** Where the picture of a pair's user stands; undefined: there is none announced to this contact. */
type PlaceOf = (pair: Pair) => AvatarPlace | undefined

type OwnedPictures = UserAvatarsOptions & { readonly owners: IconOwners }

function createPlaces(shelf: AvatarShelf, { foreign, ...parts }: OwnedPictures): PlaceOf {
  const announcedUrl = createAnnouncedUrls()
  return (pair) => {
    const { user } = pair.record
    if (!foreign?.isForeign(user)) {
      return shelf.place(user, 'stored', () => storedPicture(user, parts))
    }
    const url = announcedUrl(pair)
    return url === undefined
      ? undefined
      : shelf.place(user, url, () => announcedPicture(url, { ...parts, foreign }))
  }
}

/** Whose picture may be another one. Who is suspended shows none. */
function ownerOfChange(change: Change): Aor | undefined {
  if (change.kind === 'account') return change.aor
  const { auid, tree } = change.id
  return auid === PRES_CONTENT && tree !== 'global' ? tree : undefined
}

/** Gives what ends it. */
function keepUp(
  shelf: AvatarShelf,
  placeOf: PlaceOf,
  { pairs, changes, owners }: OwnedPictures,
): () => void {
  // Before contacts are told anything: a hash that comes later is one presence more for each of them.
  for (const pair of pairs.all()) if (pair.record.from === 'granted') placeOf(pair)?.shown()
  const closers = [
    changes.subscribe((change) => {
      const owner = ownerOfChange(change)
      if (owner === undefined) return
      for (const user of owners.usersOf(owner)) shelf.refresh(user)
    }),
    pairs.follow({
      authorized(pair, _, after) {
        if (after?.from === 'granted') placeOf(pair)?.shown()
        else if (!after && !hasOtherPairs(pairs, pair)) shelf.forget(pair.record.user)
      },
    }),
  ]
  return () => {
    for (const close of closers) close()
  }
}

function hasOtherPairs(pairs: Pairs, gone: Pair): boolean {
  for (const pair of pairs.ofUser(gone.record.user)) {
    if (pair.record.contact !== gone.record.contact) return true
  }
  return false
}
