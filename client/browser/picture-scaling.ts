/** Draws a part of a picture smaller, in steps: a browser that shrinks in one leaves most pixels out. */

export interface PictureSize {
  readonly width: number
  readonly height: number
}

export interface PicturePart extends PictureSize {
  readonly x: number
  readonly y: number
}

/** Sides after each step, each at least half of the one before; what is small enough is drawn once. */
export function scalingSteps(from: PictureSize, to: PictureSize): readonly PictureSize[] {
  const steps = [to]
  for (let { width, height } = to; width * 2 < from.width || height * 2 < from.height;) {
    width = Math.min(width * 2, from.width)
    height = Math.min(height * 2, from.height)
    steps.unshift({ width: Math.round(width), height: Math.round(height) })
  }
  return steps
}

/** Fits into a square of `side` pixels; a smaller one keeps its size. */
export function fitting({ width, height }: PictureSize, side: number): PictureSize {
  const factor = Math.min(1, side / Math.max(width, height))
  const fit = (length: number) => Math.max(1, Math.round(length * factor))
  return { width: fit(width), height: fit(height) }
}

export function drawScaled(
  source: CanvasImageSource,
  part: PicturePart,
  to: PictureSize,
): OffscreenCanvas {
  let drawn: CanvasImageSource = source
  let from: PicturePart = part
  let canvas = new OffscreenCanvas(to.width, to.height)
  for (const { width, height } of scalingSteps(part, to)) {
    canvas = new OffscreenCanvas(width, height)
    const pen = penOf(canvas)
    pen.imageSmoothingQuality = 'high'
    pen.drawImage(drawn, from.x, from.y, from.width, from.height, 0, 0, width, height)
    drawn = canvas
    from = { x: 0, y: 0, width, height }
  }
  return canvas
}

export function penOf(canvas: OffscreenCanvas): OffscreenCanvasRenderingContext2D {
  const pen = canvas.getContext('2d')
  if (!pen) throw new Error('this browser draws no pictures')
  return pen
}
