/** Fingers that are down, and what their moves mean for the frame. Pointer Events 3. */
import type { Point } from './crop-frame.ts'

export interface Pointers {
  down(id: number, at: Point): void
  /** Where the first two were and are; undefined: this one is not down. */
  move(id: number, at: Point): { before: readonly Point[]; after: readonly Point[] } | undefined
  up(id: number): void
}

/** A third finger changes nothing. */
const MOST = 2

export function createPointers(): Pointers {
  const places = new Map<number, Point>()
  return {
    down: (id, at) => {
      if (places.size < MOST) places.set(id, at)
    },
    move: (id, at) => {
      if (!places.has(id)) return undefined
      const before = [...places.values()]
      places.set(id, at)
      return { before, after: [...places.values()] }
    },
    up: (id) => {
      places.delete(id)
    },
  }
}
