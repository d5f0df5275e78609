/** A picture for who has none: initials on a colour of their own, or nothing at all. */
import { aorUser, type Aor } from '../core/uri/aor.ts'
import { indexedPng } from './indexed-png.ts'
import { GRID, isDrawable, strokesOf, type Point } from './letter-strokes.ts'

const SHADES = 64
/** Height of a letter, width of the pen, and space between letters, in parts of the picture's side and of the grid. */
const LETTER_HEIGHT = 0.36
const PEN = 1.1
const SPACING = 2

/** Of the address alone, so that it tells nothing about whether the person exists. */
export function initialsPicture(person: Aor, side: number): Buffer {
  const pixels = new Uint8Array(side * side)
  const letters = initialsOf(person)
  const unit = (LETTER_HEIGHT * side) / GRID[1]
  const width = letters.length * GRID[0] + (letters.length - 1) * SPACING
  const top = (side - GRID[1] * unit) / 2
  for (const [position, letter] of letters.entries()) {
    const left = (side - width * unit) / 2 + position * (GRID[0] + SPACING) * unit
    for (const stroke of strokesOf(letter)) {
      const points = stroke.map(([x, y]): Point => [left + x * unit, top + y * unit])
      drawStroke({ pixels, side, radius: (PEN * unit) / 2 }, points)
    }
  }
  return indexedPng({ side, pixels, palette: shadesOf(person) })
}

export function blankPicture(side: number): Buffer {
  const pixels = new Uint8Array(side * side)
  return indexedPng({ side, pixels, palette: new Uint8Array(3), opacity: new Uint8Array(1) })
}

/** `alice.smith` → A and S, `alice` → A, `101` → 0 and 1; O where nothing can be drawn. */
function initialsOf(person: Aor): string[] {
  const plain = decoded(aorUser(person)).normalize('NFD').toUpperCase()
  const words = plain.split(/[^\p{L}\p{M}\p{N}]+/u).filter((word) => isDrawable(word.charAt(0)))
  const [first = 'O', ...others] = words
  if (/^\d+$/.test(first)) return Array.from(first.slice(-2))
  const last = others.at(-1)
  return last === undefined ? [first.charAt(0)] : [first.charAt(0), last.charAt(0)]
}

function decoded(user: string): string {
  try {
    return decodeURIComponent(user)
  } catch {
    return user
  }
}

interface Canvas {
  readonly pixels: Uint8Array
  readonly side: number
  /** Half the width of the pen, in pixels. */
  readonly radius: number
}

function drawStroke(canvas: Canvas, points: readonly Point[]): void {
  for (const [at, to] of points.entries()) {
    const from = points[at - 1]
    if (from) drawLine(canvas, from, to)
  }
}

/** A line with round ends; what lies half on its edge gets half of the colour. */
function drawLine({ pixels, side, radius }: Canvas, from: Point, to: Point): void {
  const reach = radius + 1
  const first = (axis: 0 | 1) => Math.max(0, Math.floor(Math.min(from[axis], to[axis]) - reach))
  const last = (axis: 0 | 1) =>
    Math.min(side - 1, Math.ceil(Math.max(from[axis], to[axis]) + reach))
  for (let y = first(1); y <= last(1); y++) {
    for (let x = first(0); x <= last(0); x++) {
      const cover = radius + 0.5 - distance([x + 0.5, y + 0.5], from, to)
      const shade = Math.round(Math.min(1, Math.max(0, cover)) * (SHADES - 1))
      const at = y * side + x
      if (shade > (pixels[at] ?? 0)) pixels[at] = shade
    }
  }
}

function distance([x, y]: Point, [fromX, fromY]: Point, [toX, toY]: Point): number {
  const [dx, dy] = [toX - fromX, toY - fromY]
  const along = ((x - fromX) * dx + (y - fromY) * dy) / (dx * dx + dy * dy)
  const nearest = Math.min(1, Math.max(0, along))
  return Math.hypot(x - fromX - nearest * dx, y - fromY - nearest * dy)
}

/** From the person's own colour to white. */
function shadesOf(person: Aor): Uint8Array {
  let hue = 0
  for (const character of person) hue = (hue * 31 + character.charCodeAt(0)) % 360
  const colour = [0, 8, 4].map((offset) => channel(hue, offset))
  const palette = new Uint8Array(SHADES * 3)
  for (let at = 0; at < palette.length; at++) {
    const own = colour[at % 3] ?? 0
    palette[at] = Math.round(own + ((255 - own) * Math.floor(at / 3)) / (SHADES - 1))
  }
  return palette
}

/** Red, green or blue of a calm colour with that hue. CSS Color 4 §7.1. */
function channel(hue: number, offset: number): number {
  const [saturation, lightness] = [0.45, 0.45]
  const turn = (offset + hue / 30) % 12
  const swing = Math.max(-1, Math.min(turn - 3, 9 - turn, 1))
  return Math.round(255 * (lightness - saturation * Math.min(lightness, 1 - lightness) * swing))
}
