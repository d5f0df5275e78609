/** Pictures of people who do not exist, for the screenshots: flat drawings made of a few shapes. */
import sharp from 'sharp'

export interface Face {
  readonly backdrop: string
  readonly skin: string
  readonly hair: string
  readonly shirt: string
  readonly cut: keyof typeof CUTS
  readonly glasses?: boolean
  readonly beard?: boolean
}

const SIDE = 256

/** Hair behind the head, and hair before it. */
const CUTS = {
  short: ['', 'M74 112 Q70 50 128 46 Q186 50 182 112 Q174 84 150 80 Q112 84 96 76 Q80 88 74 112Z'],
  long: [
    'M66 190 Q52 40 128 40 Q204 40 190 190Z',
    'M76 112 Q80 62 122 58 Q120 88 76 112Z M180 112 Q178 60 122 58 Q132 90 180 112Z',
  ],
  curls: [
    'M64 132 A30 30 0 0 1 70 84 A34 34 0 0 1 112 46 A34 34 0 0 1 164 54 A32 32 0 0 1 190 96 A30 30 0 0 1 190 136Z',
    'M74 112 A28 28 0 0 1 100 60 A32 32 0 0 1 156 60 A28 28 0 0 1 182 112 Q162 88 128 92 Q94 88 74 112Z',
  ],
  bun: [
    'M128 8 A28 28 0 1 1 127.9 8Z M74 150 Q60 46 128 46 Q196 46 182 150Z',
    'M76 116 Q76 60 128 58 Q180 60 180 116 Q166 82 128 80 Q92 82 76 116Z',
  ],
  bald: ['', ''],
  fringe: [
    'M70 168 Q60 44 128 42 Q196 44 186 168Z',
    'M74 110 Q74 56 128 54 Q182 56 182 110 Q156 98 128 100 Q100 98 74 110Z',
  ],
} as const

/** A PNG; `side` in pixels. */
export function drawFace(face: Face, side = SIDE): Promise<Buffer> {
  return sharp(Buffer.from(svgOf(face)), { density: (72 * side) / SIDE })
    .png()
    .toBuffer()
}

function svgOf({ backdrop, skin, hair, shirt, cut, glasses = false, beard = false }: Face): string {
  const [behind, before] = CUTS[cut]
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${SIDE}" height="${SIDE}">
    <rect width="256" height="256" fill="${backdrop}"/>
    <path d="${behind}" fill="${hair}"/>
    <path d="M36 256 Q40 196 100 188 L156 188 Q216 196 220 256Z" fill="${shirt}"/>
    <path d="M106 160 H150 V190 Q128 214 106 190Z" fill="${skin}"/>
    <path d="M106 172 Q128 196 150 172 V182 Q128 202 106 182Z" fill="#000" opacity=".12"/>
    <ellipse cx="128" cy="122" rx="52" ry="62" fill="${skin}"/>
    ${beard ? `<path d="M76 128 Q80 192 128 192 Q176 192 180 128 Q172 152 128 148 Q84 152 76 128Z" fill="${hair}"/>` : ''}
    <circle cx="108" cy="122" r="5" fill="#26221f"/><circle cx="148" cy="122" r="5" fill="#26221f"/>
    <path d="M110 156 Q128 172 146 156" fill="none" stroke="${beard ? '#fff' : '#7a2f2a'}" stroke-width="5" stroke-linecap="round"/>
    <path d="${before}" fill="${hair}"/>
    ${glasses ? GLASSES : ''}
  </svg>`
}

const GLASSES =
  '<g fill="none" stroke="#26221f" stroke-width="4"><circle cx="107" cy="122" r="17"/>' +
  '<circle cx="149" cy="122" r="17"/><path d="M124 120 Q128 116 132 120"/></g>'
