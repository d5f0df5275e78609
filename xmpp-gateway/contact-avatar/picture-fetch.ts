/** Fetches the picture that a contact shows, verifies it and stores it as his status icon. XEP-0084 §3.4, XEP-0153 §3.2. */
import type { ImageResizer } from '../../core/images/image-resizer.ts'
import type { Clock } from '../../core/model/clock.ts'
import type { Asked } from './avatar-requests.ts'
import type { AvatarSources } from './avatar-sources.ts'
import type { ContactIcons } from './contact-icons.ts'
import type { WantedPicture } from './contact-knowledge.ts'
import { iconOfPicture, pictureId, PictureRefused } from './contact-picture.ts'
import type { Errand, PictureTally } from './errand.ts'

export interface FetchParts {
  readonly sources: AvatarSources
  readonly icons: ContactIcons
  readonly images: ImageResizer
  readonly clock: Clock
  readonly counts: PictureTally
}

/** `inHand`: the picture where it is there already. Gives how many milliseconds it must wait, if it must. */
export async function fetchPicture(
  parts: FetchParts,
  { contact, known, isStillSeen }: Errand,
  {
    asked,
    wanted,
    inHand,
  }: { asked: Asked; wanted: WantedPicture; inHand?: Uint8Array | undefined },
): Promise<number | undefined> {
  const wait = inHand ? 0 : known.allowance.take(parts.clock.now())
  if (wait > 0) return wait
  const bytes = inHand ?? (await fetched(parts, asked, wanted))
  const id = pictureId(bytes)
  if (id !== wanted.id) {
    // A resource that lags behind announces an old hash, while the vCard has what is stored.
    if (id === known.stored) return undefined
    const what = `its hash is another (${bytes.length} bytes)`
    throw new PictureRefused(what, { mayCome: wanted.from === 'vcard' })
  }
  const icon = await iconOfPicture(bytes, parts.images)
  // Whoever has said otherwise in the meantime has asked for another turn.
  if (known.shows !== wanted || !isStillSeen()) return undefined
  await parts.icons.put(contact, icon, id)
  known.stored = id
  known.failures = 0
  parts.counts.stored++
  // Where presence has told of it first, nobody may have been there to hear an event.
  if (wanted.from === 'vcard') await parts.sources.follow(asked)
  return undefined
}

function fetched({ sources, counts }: FetchParts, asked: Asked, wanted: WantedPicture) {
  counts.fetched++
  return sources.fetch(asked, wanted)
}
