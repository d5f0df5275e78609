/** Fingers, wheel and keys as changes of the crop frame. */
import { CENTRE, placed, type CropFrame, type Point, type Size } from './crop-frame.ts'

/** Where one or two fingers were and are, in the same order. Others than these two count for nothing. */
export function dragged(
  frame: CropFrame,
  size: Size,
  { before, after }: { before: readonly Point[]; after: readonly Point[] },
): CropFrame {
  const [from, to] = [middle(before), middle(after)]
  if (!from || !to) return frame
  const factor = spread(before) > 0 ? spread(after) / spread(before) : 1
  return placed(frame, size, { factor: factor || 1, from, to })
}

/** Pixels that turn a wheel's lines and pages into what a touchpad tells. UI Events §4.4 deltaMode */
const PIXELS = [1, 16, 400]
const ZOOM_PER_PIXEL = 0.002
/** A pinch on a touchpad arrives as a wheel with Ctrl, in small steps. */
const ZOOM_PER_PINCHED_PIXEL = 0.01

export function wheeled(
  frame: CropFrame,
  size: Size,
  wheel: Pick<WheelEvent, 'deltaY' | 'deltaMode' | 'ctrlKey'>,
  at: Point,
): CropFrame {
  const pixels = wheel.deltaY * (PIXELS[wheel.deltaMode] ?? 1)
  const rate = wheel.ctrlKey ? ZOOM_PER_PINCHED_PIXEL : ZOOM_PER_PIXEL
  return placed(frame, size, { factor: Math.exp(-pixels * rate), from: at })
}

const ZOOM_PER_KEY = 1.1
/** Part of the frame. */
const STEP = 0.02
const LARGE_STEP = 0.1

/** The picture moves where the arrow points. */
const ARROWS: Partial<Record<string, Point>> = {
  ArrowLeft: { x: -1, y: 0 },
  ArrowRight: { x: 1, y: 0 },
  ArrowUp: { x: 0, y: -1 },
  ArrowDown: { x: 0, y: 1 },
}

const ZOOMS: Partial<Record<string, number>> = {
  '+': ZOOM_PER_KEY,
  '=': ZOOM_PER_KEY,
  '-': 1 / ZOOM_PER_KEY,
  _: 1 / ZOOM_PER_KEY,
}

/** Undefined: the key means nothing here. */
export function keyed(
  frame: CropFrame,
  size: Size,
  { key, shiftKey }: Pick<KeyboardEvent, 'key' | 'shiftKey'>,
): CropFrame | undefined {
  const factor = ZOOMS[key]
  if (factor !== undefined) return placed(frame, size, { factor, from: CENTRE })
  const arrow = ARROWS[key]
  if (!arrow) return undefined
  const step = shiftKey ? LARGE_STEP : STEP
  const to = { x: CENTRE.x + arrow.x * step, y: CENTRE.y + arrow.y * step }
  return placed(frame, size, { from: CENTRE, to })
}

function middle([one, other = one]: readonly Point[]): Point | undefined {
  return one && other && { x: (one.x + other.x) / 2, y: (one.y + other.y) / 2 }
}

function spread([one, other]: readonly Point[]): number {
  return one && other ? Math.hypot(one.x - other.x, one.y - other.y) : 0
}
