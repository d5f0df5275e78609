/** Canonical avatar: whatever picture a user has stored, as the one PNG that XMPP contacts get. XEP-0084 §4.1, XEP-0153 §4.6. */
import { createHash } from 'node:crypto'
import type { PngThumbnailer } from '../../core/images/png-thumbnailer.ts'
import type { Picture } from '../user-avatars.ts'

/** What XEP-0153 §4.6 finds best for the longest side and the size. */
const CANONICAL = { side: 96, mostBytes: 8 * 1024 }

/** Rejects with `ImageRefused` or `QueueFull`. */
export async function canonicalAvatar(
  image: Uint8Array,
  thumbnailer: PngThumbnailer,
): Promise<Picture> {
  const { bytes, width, height } = await thumbnailer.thumbnail(image, CANONICAL)
  const id = createHash('sha1').update(bytes).digest('hex')
  return { bytes, avatar: { id, size: bytes.length, width, height } }
}
