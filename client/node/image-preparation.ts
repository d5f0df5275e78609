/** Looks at a PNG, JPEG or GIF by its headers, and lets pass what is an icon; making one smaller is left to whoever can. */
import { measure, type ImageProblem } from '../../core/images/image-measure.ts'
import { IconError } from '../icon-client.ts'
import { ICON_SIDE, type IconImage, type PrepareImage } from '../icon-image.ts'

/** Fits the image into a square of `side` pixels, turned upright and without metadata. */
export type ResizeImage = (bytes: Uint8Array, side: number) => Promise<IconImage>

const IN_WORDS: Record<ImageProblem['problem'], string> = {
  unknown: 'it is no PNG, JPEG or GIF',
  truncated: 'the image is not complete',
  broken: 'the image is broken',
}

/** What is larger than an icon, or tells more than the picture, is refused with an IconError where there is no `resize`. */
export function createImagePreparation({ resize }: { resize?: ResizeImage } = {}): PrepareImage {
  return async (bytes, { original }) => {
    const image = measure(bytes)
    if (!image.ok) throw new IconError(IN_WORDS[image.problem])
    const { mediaType, width, height, metadata } = image
    const fits = Math.max(width, height) <= ICON_SIDE
    // What is an icon already stays as it is, byte for byte.
    if (original || (fits && !metadata)) return { mediaType, bytes }
    if (resize) return resize(bytes, ICON_SIDE)
    const most = `${ICON_SIDE} × ${ICON_SIDE}`
    throw new IconError(
      fits
        ? 'the image tells more than the picture, and nothing here can take that out'
        : `the image has ${width} × ${height} pixels, at most ${most}, and nothing here can make it smaller`,
    )
  }
}
