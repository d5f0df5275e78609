/** Opens a picture as a browser can: upright, whatever its EXIF orientation. HTML §8.11 createImageBitmap. */
import { checkPicture, isHeic, MAX_PIXELS, type CheckedPicture } from './picture-check.ts'
import { PictureUnreadable } from './picture-unreadable.ts'

export interface OpenPicture extends CheckedPicture {
  readonly bytes: Uint8Array<ArrayBuffer>
  /** Upright. Whoever has it closes it. */
  readonly bitmap: ImageBitmap
}

const MAX_BYTES = 64 * 1024 * 1024

/** Rejects with `PictureUnreadable`. */
export async function openPicture(file: Blob): Promise<OpenPicture> {
  if (file.size > MAX_BYTES) throw new PictureUnreadable('too-long')
  const bytes = await bytesOf(file)
  const checked = checkPicture(bytes)
  const bitmap = await decode(bytes, checked)
  // Of formats that are not measured before, the browser alone knows.
  if (bitmap.width * bitmap.height > MAX_PIXELS) {
    bitmap.close()
    throw new PictureUnreadable('too-many-pixels')
  }
  return { ...checked, bytes, bitmap }
}

async function bytesOf(file: Blob): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return new Uint8Array(await file.arrayBuffer())
  } catch (error) {
    // A folder, or a file that is gone meanwhile.
    throw new PictureUnreadable('unread', error)
  }
}

async function decode(
  bytes: Uint8Array<ArrayBuffer>,
  { mediaType }: CheckedPicture,
): Promise<ImageBitmap> {
  try {
    return await createImageBitmap(new Blob([bytes]), { imageOrientation: 'from-image' })
  } catch (error) {
    if (mediaType) throw new PictureUnreadable('broken', error)
    throw new PictureUnreadable(isHeic(bytes) ? 'heic' : 'no-picture', error)
  }
}
