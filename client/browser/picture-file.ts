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
  const bitmap = await decode(new Blob([bytes], { type: checked.mediaType ?? file.type }), checked)
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

/** `picture`: labelled by what it is, where that is known; by its sender's word otherwise. */
async function decode(picture: Blob, { mediaType }: CheckedPicture): Promise<ImageBitmap> {
  try {
    return await createImageBitmap(picture, { imageOrientation: 'from-image' })
  } catch (error) {
    if (mediaType) throw new PictureUnreadable('broken', error)
    const start = new Uint8Array(await picture.slice(0, 12).arrayBuffer())
    throw new PictureUnreadable(isHeic(start) ? 'heic' : 'no-picture', error)
  }
}
