/** Makes an icon of any PNG, JPEG or GIF: measured, made smaller and stripped by sharp. */
import { measure, type ImageProblem } from '../../core/images/image-measure.ts'
import { createImageResizer } from '../../core/images/image-resizer.ts'
import { ICON_SIDE, type PrepareImage } from '../icon-image.ts'

/** A photo of a good camera is welcome; a bomb is not. */
const MAX_PIXELS = 128 * 1024 * 1024

const IN_WORDS: Record<ImageProblem['problem'], string> = {
  unknown: 'it is no PNG, JPEG or GIF',
  truncated: 'the image is not complete',
  broken: 'the image is broken',
}

class NoIcon extends Error {
  override readonly name = 'NoIcon'
}

export const prepareImage: PrepareImage = async (bytes, { original }) => {
  const image = measure(bytes)
  if (!image.ok) throw new NoIcon(IN_WORDS[image.problem])
  const { mediaType, width, height, metadata } = image
  const fits = Math.max(width, height) <= ICON_SIDE
  // What is an icon already stays as it is, byte for byte.
  if (original || (fits && !metadata)) return { mediaType, bytes }
  return createImageResizer({ maxPixels: MAX_PIXELS }).resize(bytes, ICON_SIDE)
}
