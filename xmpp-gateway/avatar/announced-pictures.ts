/** The pictures that users of other SIP domains announce by a URL in their presence. RFC 4482 §3.4. */
import type { PngThumbnailer } from '../../core/images/png-thumbnailer.ts'
import type { Log } from '../../core/model/log.ts'
import type { Aor } from '../../core/uri/aor.ts'
import type { Pair } from '../pair.ts'
import type { PictureSource } from './avatar-place.ts'
import { canonicalAvatar } from './canonical-avatar.ts'
import { shownDocument } from './pair-view.ts'
import { shownPerson } from './shown-person.ts'

/** Pictures that lie elsewhere. */
export interface ForeignPictures {
  /** Whether this user is of another SIP domain. */
  isForeign(user: Aor): boolean
  /** The bytes of the picture at a URL that somebody has named; guarded. Rejects when it cannot be had. */
  fetch(url: string): Promise<Uint8Array>
}

/** Gives the URL in what the contact of this pair may see; a document is read once. */
export function createAnnouncedUrls(): (pair: Pair) => string | undefined {
  const read = new WeakMap<Pair, { document: string; url: string | undefined }>()
  return (pair) => {
    const document = shownDocument(pair)
    if (document === undefined) return undefined
    const before = read.get(pair)
    if (before?.document === document) return before.url
    const url = shownPerson(document).icon
    read.set(pair, { document, url })
    return url
  }
}

export function announcedPicture(
  url: string,
  parts: {
    readonly foreign: ForeignPictures
    readonly thumbnailer: PngThumbnailer
    readonly log: Log
  },
): PictureSource {
  return {
    // Another picture is expected at another URL.
    version: () => url,
    async make() {
      try {
        return await canonicalAvatar(await parts.foreign.fetch(url), parts.thumbnailer)
      } catch (error) {
        parts.log.info({ err: error, url }, 'an announced picture cannot be shown in XMPP')
        return undefined
      }
    },
  }
}
