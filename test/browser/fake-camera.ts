/** What Chromium's camera sees in tests: four areas of known colours in the middle, a fifth colour at both sides. */
import { writeFile } from 'node:fs/promises'

export type Colour = readonly [red: number, green: number, blue: number]

/** The middle square of the camera's picture, as somebody opposite the camera would see it. */
export const CAMERA_COLOURS = {
  topLeft: [200, 40, 40],
  topRight: [40, 160, 60],
  bottomLeft: [40, 60, 200],
  bottomRight: [220, 200, 40],
} as const satisfies Record<string, Colour>

/** Beside the middle square: whoever crops to a square never sees it. */
export const SIDE_COLOUR: Colour = [200, 40, 200]

const WIDTH = 640
const HEIGHT = 480
const SIDE = (WIDTH - HEIGHT) / 2

/** Writes one frame, which Chromium plays over and over, as `--use-file-for-fake-video-capture` takes it. */
export async function writeCameraFilm(file: string): Promise<void> {
  const header = `YUV4MPEG2 W${WIDTH} H${HEIGHT} F10:1 Ip A1:1 C420mpeg2\nFRAME\n`
  // 4:2:0: brightness for each pixel, then both colour differences for each four.
  const planes = [plane(1, 0), plane(2, 1), plane(2, 2)]
  await writeFile(file, Buffer.concat([Buffer.from(header), ...planes]))
}

function plane(step: number, component: 0 | 1 | 2): Buffer {
  const bytes = Buffer.alloc((WIDTH / step) * (HEIGHT / step))
  let at = 0
  for (let y = 0; y < HEIGHT; y += step) {
    for (let x = 0; x < WIDTH; x += step) bytes[at++] = toYuv(colourAt(x, y))[component]
  }
  return bytes
}

function colourAt(x: number, y: number): Colour {
  if (x < SIDE || x >= WIDTH - SIDE) return SIDE_COLOUR
  const { topLeft, topRight, bottomLeft, bottomRight } = CAMERA_COLOURS
  if (y < HEIGHT / 2) return x < WIDTH / 2 ? topLeft : topRight
  return x < WIDTH / 2 ? bottomLeft : bottomRight
}

/** ITU-R BT.601, studio range. */
function toYuv([red, green, blue]: Colour): readonly [number, number, number] {
  const byte = (value: number) => Math.round(Math.min(255, Math.max(0, value)))
  return [
    byte(16 + (65.738 * red + 129.057 * green + 25.064 * blue) / 256),
    byte(128 + (-37.945 * red - 74.494 * green + 112.439 * blue) / 256),
    byte(128 + (112.439 * red - 94.154 * green - 18.285 * blue) / 256),
  ]
}
