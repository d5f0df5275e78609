/** Pictures made for a test: two colours side by side, in each format. */
import sharp, { type Sharp } from 'sharp'

export type SampleFormat = 'png' | 'jpeg' | 'gif'

export function sampleImage(
  format: SampleFormat,
  width: number,
  height: number,
): Promise<Uint8Array> {
  return twoColours(width, height).toFormat(format).toBuffer()
}

/** Red at the left, blue at the right. */
export function twoColours(width: number, height: number): Sharp {
  const red = { r: 255, g: 0, b: 0 }
  const left = { width, height, channels: 3 as const, background: red }
  const right = Math.max(1, Math.floor(width / 2))
  const blue = { width: right, height, channels: 3 as const, background: { r: 0, g: 0, b: 255 } }
  return sharp({ create: left }).composite([
    { input: { create: blue }, left: width - right, top: 0 },
  ])
}

/** A GIF of three frames, repeated for ever. */
export async function movingGif(width: number, height: number): Promise<Uint8Array> {
  const frames = await Promise.all(
    [0, 120, 240].map((shade) =>
      sharp({
        create: { width, height, channels: 3, background: { r: shade, g: 255 - shade, b: 0 } },
      })
        .png()
        .toBuffer(),
    ),
  )
  return sharp(frames, { join: { animated: true } })
    .gif({ loop: 0, delay: [100, 100, 100] })
    .toBuffer()
}
