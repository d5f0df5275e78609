/** Makes an icon of any PNG, JPEG or GIF: made smaller and stripped by sharp. Not in the package, which brings no native module. */
import { createImageResizer } from '../../core/images/image-resizer.ts'
import { createImagePreparation } from './image-preparation.ts'

/** A photo of a good camera is welcome; a bomb is not. */
const MAX_PIXELS = 128 * 1024 * 1024

export const prepareImage = createImagePreparation({
  resize: (bytes, side) => createImageResizer({ maxPixels: MAX_PIXELS }).resize(bytes, side),
})
