/** Which colours a picture has that a person sees on a page. */
import assert from 'node:assert/strict'
import type { Locator } from 'playwright-core'
import type { Colour } from './fake-camera.ts'

/** In the middles of the picture's quarters. */
export interface Colours {
  readonly topLeft: Colour
  readonly topRight: Colour
  readonly bottomLeft: Colour
  readonly bottomRight: Colour
}

/** Of an `img`, once it is loaded. */
export async function coloursOf(image: Locator): Promise<Colours> {
  return image.evaluate(async (element) => {
    const picture = element as HTMLImageElement
    for (let shown = ''; ; shown = picture.src) {
      const why = await picture.decode().then(
        () => undefined,
        (error: unknown) => error as Error,
      )
      if (!why) break
      // Another picture may have taken its place meanwhile.
      if (picture.src === shown) throw why
    }
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

/** Only the corners that are expected are looked at. */
export function assertColours(actual: Colours, expected: Partial<Colours>): void {
  for (const corner of Object.keys(expected) as (keyof Colours)[]) {
    const [seen, wanted] = [actual[corner], expected[corner]!]
    const strayed = wanted.map((value, channel) => Math.abs(value - seen[channel]!))
    const words = `${corner}: ${seen.join(' ')} instead of ${wanted.join(' ')}`
    assert.ok(Math.max(...strayed) <= TOLERANCE, words)
  }
}
