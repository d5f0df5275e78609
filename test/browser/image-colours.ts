/** Which colours a picture has that a person sees on a page. */
import assert from 'node:assert/strict'
import type { Locator } from 'playwright-core'
import { CAMERA_COLOURS, type Colour } from './fake-camera.ts'

export type Corner = keyof typeof CAMERA_COLOURS

/** The middles of the picture's quarters, once it is loaded. */
export async function coloursOf(image: Locator): Promise<Record<Corner, Colour>> {
  return image.evaluate(async (element) => {
    const picture = element as HTMLImageElement
    await picture.decode()
    const canvas = document.createElement('canvas')
    const [width, height] = [picture.naturalWidth, picture.naturalHeight]
    Object.assign(canvas, { width, height })
    const drawing = canvas.getContext('2d')!
    drawing.drawImage(picture, 0, 0)
    const at = (x: number, y: number) => {
      const [red = 0, green = 0, blue = 0] = drawing.getImageData(width * x, height * y, 1, 1).data
      return [red, green, blue] as const
    }
    return {
      topLeft: at(0.25, 0.25),
      topRight: at(0.75, 0.25),
      bottomLeft: at(0.25, 0.75),
      bottomRight: at(0.75, 0.75),
    }
  })
}

/** How far a colour may stray on its way through camera, canvas and JPEG. */
const TOLERANCE = 24

export function assertColours(actual: Record<Corner, Colour>, expected: Record<Corner, Colour>) {
  for (const corner of Object.keys(expected) as Corner[]) {
    const strayed = expected[corner].map((value, channel) =>
      Math.abs(value - actual[corner][channel]!),
    )
    assert.ok(
      Math.max(...strayed) <= TOLERANCE,
      `${corner}: ${String(actual[corner])} instead of ${String(expected[corner])}`,
    )
  }
}
