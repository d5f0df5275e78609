/** A seeded 64-bit hash of several texts, as two halves: finds transactions; who finds must still compare. */
import { randomInt } from 'node:crypto'

const FIRST_SEED = randomInt(2 ** 32)
const SECOND_SEED = randomInt(2 ** 32)

/** One object is used over and over: no allocation on the hot path. */
export class OctetHash {
  first = 0
  second = 0

  reset(): this {
    this.first = FIRST_SEED | 0
    this.second = SECOND_SEED | 0
    return this
  }

  add(text: string): this {
    let first = this.first
    let second = this.second
    for (let at = 0; at < text.length; at++) {
      const code = text.charCodeAt(at)
      first = Math.imul(first ^ code, 0x01000193)
      second = Math.imul(second ^ code, 0x85ebca6b)
      second ^= second >>> 13
    }
    // Between two texts stands what no text contains, so that ab+c and a+bc differ.
    this.first = Math.imul(first ^ 0x1ff, 0x01000193)
    this.second = Math.imul(second ^ 0x1ff, 0xc2b2ae35)
    return this
  }

  /** Spreads the bits; call once, at the end. */
  finish(): this {
    this.first = Math.imul(this.first ^ (this.first >>> 15), 0x2c1b3c6d)
    this.first ^= this.first >>> 13
    this.second ^= this.second >>> 16
    return this
  }

  /** 16 hexadecimal digits. */
  toString(): string {
    return hex(this.first) + hex(this.second)
  }
}

function hex(half: number): string {
  return (half >>> 0).toString(16).padStart(8, '0')
}
