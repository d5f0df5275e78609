/** The square of a picture that becomes the icon: moved and zoomed, and always inside the picture. Plain geometry. */

/** In pixels of the picture; `x` and `y` are the upper left corner. */
export interface CropFrame {
  readonly x: number
  readonly y: number
  readonly side: number
}

export interface Size {
  readonly width: number
  readonly height: number
}

/** Within the frame: 0, 0 is its upper left corner and 1, 1 the lower right one. */
export interface Point {
  readonly x: number
  readonly y: number
}

export const CENTRE: Point = { x: 0.5, y: 0.5 }

const MOST_ZOOM = 8
/** In pixels: what is cut out smaller shows nothing. */
const SMALLEST_SIDE = 32

/** As much as a square can hold, from the middle. */
export function wholeFrame({ width, height }: Size): CropFrame {
  const side = Math.min(width, height)
  return { x: (width - side) / 2, y: (height - side) / 2, side }
}

export function mostZoom(size: Size): number {
  return Math.max(1, Math.min(MOST_ZOOM, wholeFrame(size).side / SMALLEST_SIDE))
}

/** From 1, where the frame is as large as it can be, to `mostZoom`. */
export function zoomOf({ side }: CropFrame, size: Size): number {
  return wholeFrame(size).side / side
}

/** Makes the picture `factor` times larger, and what stood at `from` stands at `to` then. */
export function placed(
  frame: CropFrame,
  size: Size,
  { factor = 1, from, to = from }: { factor?: number; from: Point; to?: Point },
): CropFrame {
  const most = wholeFrame(size).side
  const side = within(frame.side / factor, most / mostZoom(size), most)
  const x = frame.x + from.x * frame.side - to.x * side
  const y = frame.y + from.y * frame.side - to.y * side
  return { x: within(x, 0, size.width - side), y: within(y, 0, size.height - side), side }
}

export function zoomedTo(frame: CropFrame, size: Size, zoom: number): CropFrame {
  return placed(frame, size, { factor: zoom / zoomOf(frame, size), from: CENTRE })
}

/** Where the frame is when the picture of this size is turned to the right by a quarter. */
export function turnedRight({ x, y, side }: CropFrame, { height }: Size): CropFrame {
  return { x: height - y - side, y: x, side }
}

function within(value: number, least: number, most: number): number {
  return Math.max(least, Math.min(most, value))
}
