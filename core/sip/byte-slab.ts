/** Keeps messages for retransmission outside the JavaScript heap: slots of a few sizes in large pages. */
import { SLOTS_PER_PAGE, SlotPool, slotInPage } from './slot-pool.ts'

const SIZES = [256, 384, 512, 768, 1024, 1536, 2048, 4096, 8192] as const
const CLASS_BITS = 4
const HUGE_MASK = (1 << CLASS_BITS) - 1
const HUGE = SIZES.length
const NOTHING = Buffer.alloc(0)

export class ByteSlab {
  readonly #pools = SIZES.map(
    (size) => new SlotPool(() => Buffer.allocUnsafeSlow(size * SLOTS_PER_PAGE)),
  )
  /** Larger messages are rare: one buffer each. */
  readonly #huge = new SlotPool<(Buffer | undefined)[]>(() => [])
  #bytes = 0

  /** In use, without the rounding up to slot sizes. */
  get bytes(): number {
    return this.#bytes
  }

  get pageCount(): number {
    return this.#pools.reduce((sum, pool) => sum + pool.pageCount, this.#huge.pageCount)
  }

  /** A handle for `length` octets. */
  allocate(length: number): number {
    this.#bytes += length
    const sizeClass = classOf(length)
    const pool = this.#pools[sizeClass]
    if (pool) return (pool.allocate() << CLASS_BITS) | sizeClass
    const id = this.#huge.allocate()
    this.#huge.content(id)[slotInPage(id)] = Buffer.allocUnsafeSlow(length)
    return (id << CLASS_BITS) | HUGE
  }

  release(handle: number, length: number): void {
    this.#bytes -= length
    const id = handle >>> CLASS_BITS
    const pool = this.#pools[handle & HUGE_MASK]
    if (pool) {
      pool.release(id)
      return
    }
    this.#huge.content(id)[slotInPage(id)] = undefined
    this.#huge.release(id)
  }

  /** The octets of a handle. */
  view(handle: number, length: number): Buffer {
    const id = handle >>> CLASS_BITS
    const sizeClass = handle & HUGE_MASK
    const pool = this.#pools[sizeClass]
    if (!pool) return this.#huge.content(id)[slotInPage(id)] ?? NOTHING
    const offset = slotInPage(id) * (SIZES[sizeClass] ?? 0)
    return pool.content(id).subarray(offset, offset + length)
  }
}

function classOf(length: number): number {
  for (let at = 0; at < HUGE; at++) if (length <= (SIZES[at] ?? 0)) return at
  return HUGE
}
