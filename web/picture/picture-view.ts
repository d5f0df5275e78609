/** Draws a part of a picture onto a canvas of the page, as sharp as the screen is. */
import type { CropFrame } from './crop-frame.ts'
import type { WorkingPicture } from './working-picture.ts'

/** `side`: of the canvas, in CSS pixels. What lies outside of the picture stays clear. */
export function drawPart(
  place: HTMLCanvasElement,
  { canvas }: WorkingPicture,
  part: CropFrame,
  side: number,
): void {
  const pixels = Math.round(side * window.devicePixelRatio)
  if (place.width !== pixels) place.width = place.height = pixels
  const pen = place.getContext('2d')
  if (!pen) return
  pen.clearRect(0, 0, pixels, pixels)
  pen.imageSmoothingQuality = 'high'
  pen.drawImage(canvas, part.x, part.y, part.side, part.side, 0, 0, pixels, pixels)
}

/** The frame and as much around it as the stage shows: `margin` is a part of its side. */
export function withMargin({ x, y, side }: CropFrame, margin: number): CropFrame {
  return { x: x - margin * side, y: y - margin * side, side: side * (1 + 2 * margin) }
}
