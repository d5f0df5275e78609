/** Where a contact's picture can be had: PEP, the vCard, and the web where that is allowed. XEP-0084 §3.4, XEP-0153 §3.2. */
import { AVATAR_NODES } from '../avatar-nodes.ts'
import { preferredInfo, type AvatarInfo } from './avatar-metadata.ts'
import type { Asked, AvatarRequests } from './avatar-requests.ts'
import { pictureAt, type AvatarAnswer, type WantedPicture } from './contact-knowledge.ts'
import { decodePicture, pictureId, PICTURE_LIMITS, PictureRefused } from './contact-picture.ts'
import { FetchRefused, type GuardedFetch } from './guarded-fetch.ts'

export interface AvatarSources {
  /** Of several that are announced. */
  prefer(infos: readonly AvatarInfo[]): AvatarInfo | undefined
  /** What the contact shows now; the bytes with it where they came along. */
  ask(asked: Asked): Promise<AvatarAnswer & { readonly bytes?: Uint8Array }>
  /** Today's events are to come, now that there may be some. */
  follow(asked: Asked): Promise<void>
  /** Not verified. Rejects with PictureRefused, or with what keeps it away for now. */
  fetch(asked: Asked, wanted: WantedPicture): Promise<Uint8Array>
}

/** `fetchPicture`: absent where pictures at URLs are left alone. */
export function createAvatarSources({
  requests,
  fetchPicture,
}: {
  requests: AvatarRequests
  fetchPicture?: GuardedFetch | undefined
}): AvatarSources {
  const prefer = (infos: readonly AvatarInfo[]) =>
    preferredInfo(infos, { limits: PICTURE_LIMITS, urls: fetchPicture !== undefined })

  return {
    prefer,
    async ask(asked) {
      for (const nodes of AVATAR_NODES) {
        const said = await requests.metadata(asked, nodes)
        // Else nothing is heard for a user who is not shown as available. XEP-0163 §4.3.2
        if (said !== undefined) await requests.follow(asked, nodes)
        if (said === 'off') return { shows: 'none', pep: 'off' }
        const wanted = said && prefer(said)
        if (wanted) return { shows: pictureAt(wanted, nodes), pep: 'picture' }
      }
      const photo = await requests.photo(asked)
      if (photo === undefined) return { shows: 'none', pep: 'silent' }
      const bytes = decodePicture(photo)
      return { shows: { id: pictureId(bytes), from: 'vcard' }, pep: 'silent', bytes }
    },
    async follow(asked) {
      const [todays] = AVATAR_NODES
      // Whoever does not answer here is asked again when he next comes.
      if (todays) await requests.follow(asked, todays).catch(() => undefined)
    },
    async fetch(asked, { id, from, url }) {
      if (url !== undefined) return fromWeb(url, fetchPicture)
      const text =
        from === 'vcard' ? await requests.photo(asked) : await requests.data(asked, from, id)
      if (text === undefined) throw new PictureRefused('it is not there', { mayCome: true })
      return decodePicture(text)
    },
  }
}

async function fromWeb(url: string, fetch: GuardedFetch | undefined): Promise<Uint8Array> {
  if (!fetch) throw new PictureRefused('it lies at a URL')
  return fetch(url, PICTURE_LIMITS.bytes).catch((error: unknown) => {
    throw error instanceof FetchRefused ? new PictureRefused(error.message) : error
  })
}
