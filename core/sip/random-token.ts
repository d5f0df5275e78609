/** Random tokens for tags and branches: 64 bits, not to be guessed. RFC 3261 §19.3. */
import { randomFillSync } from 'node:crypto'

const pool = Buffer.alloc(8192)
let used = pool.length

/** 16 hexadecimal digits; the first two of them are `first` (0 to 255) where that is given. */
export function randomToken(first?: number): string {
  if (used === pool.length) {
    randomFillSync(pool)
    used = 0
  }
  if (first !== undefined) pool[used] = first
  used += 8
  return pool.toString('hex', used - 8, used)
}
