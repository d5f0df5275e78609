/** The picture that is being cropped: upright, and no larger than the crop needs. */
import { ICON_SIDE } from '../../client/icon-image.ts'
import { encodeIcon } from '../../client/browser/icon-encoding.ts'
import { isIcon } from '../../client/browser/image-preparation.ts'
import { openPicture } from '../../client/browser/picture-file.ts'
import { drawScaled, fitting, penOf } from '../../client/browser/picture-scaling.ts'
import { wholeFrame, type CropFrame, type Size } from './crop-frame.ts'

export interface WorkingPicture extends Size {
  readonly canvas: OffscreenCanvas
  /** The file itself, where it is an icon already: sent as it is as long as nothing is cropped, so that it goes on moving. */
  readonly asItIs?: Blob
}

export interface PictureTools {
  /** Rejects with `PictureUnreadable`. */
  readonly open: (file: Blob) => Promise<WorkingPicture>
  /** By a quarter. */
  readonly turnRight: (picture: WorkingPicture) => WorkingPicture
  /** The icon that the frame shows; never larger than what is there. */
  readonly cutOut: (picture: WorkingPicture, frame: CropFrame) => Promise<Blob>
}

export const pictureTools: PictureTools = { open, turnRight, cutOut }

/** In pixels: enough for the largest zoom, little enough for a telephone. */
const LONGEST_SIDE = 2048

async function open(file: Blob): Promise<WorkingPicture> {
  const picture = await openPicture(file)
  const { bytes, mediaType, bitmap } = picture
  try {
    const asItIs = isIcon(picture) && mediaType && new Blob([bytes], { type: mediaType })
    return { ...workingPicture(bitmap), ...(asItIs && { asItIs }) }
  } finally {
    bitmap.close()
  }
}

/** Of a camera too. */
export function workingPicture(bitmap: ImageBitmap): WorkingPicture {
  const { width, height } = bitmap
  const size = fitting({ width, height }, LONGEST_SIDE)
  return { ...size, canvas: drawScaled(bitmap, { x: 0, y: 0, width, height }, size) }
}

function turnRight({ canvas, width, height }: WorkingPicture): WorkingPicture {
  const turned = new OffscreenCanvas(height, width)
  const pen = penOf(turned)
  pen.translate(height, 0)
  pen.rotate(Math.PI / 2)
  pen.drawImage(canvas, 0, 0)
  return { canvas: turned, width: height, height: width }
}

async function cutOut(picture: WorkingPicture, frame: CropFrame): Promise<Blob> {
  const { canvas, asItIs, width, height } = picture
  if (asItIs && width === height && frame.side === wholeFrame(picture).side) return asItIs
  const side = Math.max(1, Math.min(ICON_SIDE, Math.round(frame.side)))
  const part = { x: frame.x, y: frame.y, width: frame.side, height: frame.side }
  const icon = await encodeIcon(drawScaled(canvas, part, { width: side, height: side }))
  return new Blob([Uint8Array.from(icon.bytes)], { type: icon.mediaType })
}
