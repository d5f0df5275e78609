/** Pictures for tests: of one colour, and of noise that no format makes small. */
import { createHash } from 'node:crypto'
import sharp from 'sharp'
import { createSeededRandom } from '../../support/seeded-random.ts'

export const sha1 = (bytes: Uint8Array): string => createHash('sha1').update(bytes).digest('hex')

export function plainPicture(
  colour: string,
  { width = 64, height = 64, format = 'png' }: PictureShape = {},
): Promise<Buffer> {
  return sharp({ create: { width, height, channels: 3, background: colour } })
    .toFormat(format)
    .toBuffer()
}

interface PictureShape {
  readonly width?: number
  readonly height?: number
  readonly format?: 'png' | 'jpeg' | 'gif'
}

export function noisyPicture(side: number, format: 'png' | 'jpeg' = 'png'): Promise<Buffer> {
  const random = createSeededRandom(side)
  const raw = Uint8Array.from({ length: side * side * 3 }, () => random.integer(256))
  return sharp(raw, { raw: { width: side, height: side, channels: 3 } })
    .toFormat(format)
    .toBuffer()
}
