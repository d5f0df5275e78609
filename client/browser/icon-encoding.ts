/** Writes an icon in the format that keeps it small: PNG for graphics and what is transparent, JPEG for photos. */
import type { IconImage } from '../icon-image.ts'
import { penOf } from './picture-scaling.ts'

/** As base64, which is how an icon is stored. OMA pres-content; the usual limit of servers. */
const MAX_BASE64 = 300 * 1024
const PHOTO_QUALITY = 0.9
const LOWER_QUALITIES = [0.8, 0.6, 0.4]

/** Nothing but the picture is in it: what a canvas writes carries no metadata. */
export async function encodeIcon(canvas: OffscreenCanvas): Promise<IconImage> {
  const png = await written(canvas, 'image/png')
  const forms = isOpaque(canvas) ? [png, await written(canvas, 'image/jpeg', PHOTO_QUALITY)] : [png]
  const smallest = forms.reduce((one, other) =>
    other.bytes.length < one.bytes.length ? other : one,
  )
  return fitsAnIcon(smallest.bytes) ? smallest : photoThatFits(canvas)
}

export function fitsAnIcon(bytes: Uint8Array): boolean {
  return Math.ceil(bytes.length / 3) * 4 <= MAX_BASE64
}

async function photoThatFits(canvas: OffscreenCanvas): Promise<IconImage> {
  const flat = onWhite(canvas)
  for (const quality of [PHOTO_QUALITY, ...LOWER_QUALITIES]) {
    const photo = await written(flat, 'image/jpeg', quality)
    if (fitsAnIcon(photo.bytes)) return photo
  }
  throw new Error('the picture stays too large for an icon')
}

async function written(
  canvas: OffscreenCanvas,
  type: string,
  quality?: number,
): Promise<IconImage> {
  const blob = await canvas.convertToBlob({ type, ...(quality !== undefined && { quality }) })
  return { mediaType: blob.type, bytes: new Uint8Array(await blob.arrayBuffer()) }
}

function isOpaque(canvas: OffscreenCanvas): boolean {
  const { data } = penOf(canvas).getImageData(0, 0, canvas.width, canvas.height)
  for (let alpha = 3; alpha < data.length; alpha += 4) if ((data[alpha] ?? 0) < 255) return false
  return true
}

/** JPEG knows no transparency, and black would stand in its place. */
function onWhite(canvas: OffscreenCanvas): OffscreenCanvas {
  const flat = new OffscreenCanvas(canvas.width, canvas.height)
  const pen = penOf(flat)
  pen.fillStyle = '#fff'
  pen.fillRect(0, 0, flat.width, flat.height)
  pen.drawImage(canvas, 0, 0)
  return flat
}
