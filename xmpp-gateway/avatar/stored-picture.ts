/** The picture that a user of ours has stored. */
import { ImageRefused } from '../../core/images/picture-decoder.ts'
import type { PngThumbnailer } from '../../core/images/png-thumbnailer.ts'
import type { Log } from '../../core/model/log.ts'
import type { DocumentStore } from '../../core/model/stores.ts'
import type { Aor } from '../../core/uri/aor.ts'
import type { PictureSource } from './avatar-place.ts'
import { canonicalAvatar } from './canonical-avatar.ts'
import type { IconOwners } from './icon-owners.ts'

export interface StoredPictureParts {
  readonly owners: Pick<IconOwners, 'ownerOf'>
  readonly documents: Pick<DocumentStore, 'currentIcon' | 'image'>
  readonly thumbnailer: PngThumbnailer
  readonly log: Log
}

export function storedPicture(
  user: Aor,
  { owners, documents, thumbnailer, log }: StoredPictureParts,
): PictureSource {
  return {
    async version() {
      const current = await documents.currentIcon(await owners.ownerOf(user))
      return current?.icon.hash
    },
    async make(hash) {
      const image = await documents.image(hash)
      if (!image) return undefined
      try {
        return await canonicalAvatar(image, thumbnailer)
      } catch (error) {
        if (!(error instanceof ImageRefused)) throw error
        log.warn({ err: error, user }, 'a stored picture cannot be shown in XMPP')
        return undefined
      }
    },
  }
}
