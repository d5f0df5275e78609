/** Makes an icon of any picture that the browser can open: turned upright, made smaller and stripped by a canvas. */
import { ICON_SIDE, type PrepareImage } from '../icon-image.ts'
import { encodeIcon, fitsAnIcon } from './icon-encoding.ts'
import { openPicture, type OpenPicture } from './picture-file.ts'
import { drawScaled, fitting } from './picture-scaling.ts'

/** Rejects with `PictureUnreadable`. */
export const prepareImage: PrepareImage = async (bytes, { original }) => {
  const picture = await openPicture(new Blob([Uint8Array.from(bytes)]))
  const { bitmap, mediaType } = picture
  try {
    // What is an icon already stays as it is, byte for byte; so a small GIF goes on moving.
    if (mediaType && (original || isIcon(picture))) return { mediaType, bytes }
    const part = { x: 0, y: 0, width: bitmap.width, height: bitmap.height }
    return await encodeIcon(drawScaled(bitmap, part, fitting(part, ICON_SIDE)))
  } finally {
    bitmap.close()
  }
}

export function isIcon({ bytes, mediaType, bitmap, metadata }: OpenPicture): boolean {
  const fits = Math.max(bitmap.width, bitmap.height) <= ICON_SIDE
  return mediaType !== undefined && fits && metadata === false && fitsAnIcon(bytes)
}
