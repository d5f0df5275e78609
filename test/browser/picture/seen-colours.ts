/** Which colours a stored icon has. */
import sharp, { type Sharp } from 'sharp'
import type { Colour } from '../fake-camera.ts'
import type { Colours } from '../image-colours.ts'

/** In the middles of its quarters. */
export async function coloursIn(icon: Uint8Array): Promise<Colours> {
  const { data, info } = await sharp(icon).removeAlpha().raw().toBuffer({ resolveWithObject: true })
  const at = (x: number, y: number): Colour => {
    const pixel = (Math.floor(info.height * y) * info.width + Math.floor(info.width * x)) * 3
    return [data[pixel]!, data[pixel + 1]!, data[pixel + 2]!]
  }
  return {
    topLeft: at(0.25, 0.25),
    topRight: at(0.75, 0.25),
    bottomLeft: at(0.25, 0.75),
    bottomRight: at(0.75, 0.75),
  }
}

/** A picture of four colours, one in each quarter. */
export function fourColours(width: number, height: number): Sharp {
  const [half, rest] = [Math.floor(width / 2), Math.floor(height / 2)]
  const area = (background: string) => ({
    create: { width: half, height: rest, channels: 3 as const, background },
  })
  return sharp({
    create: { width, height, channels: 3, background: QUARTERS.bottomRight },
  }).composite([
    { input: area(QUARTERS.topLeft), left: 0, top: 0 },
    { input: area(QUARTERS.topRight), left: half, top: 0 },
    { input: area(QUARTERS.bottomLeft), left: 0, top: rest },
  ])
}

const QUARTERS = {
  topLeft: '#c82828',
  topRight: '#28a03c',
  bottomLeft: '#283cc8',
  bottomRight: '#dcc828',
}

export const RED: Colour = [200, 40, 40]
export const GREEN: Colour = [40, 160, 60]
export const BLUE: Colour = [40, 60, 200]
export const YELLOW: Colour = [220, 200, 40]
