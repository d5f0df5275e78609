/** Records of live transactions: numbers in typed arrays, and what must be an object beside them. */
import { SLOTS_PER_PAGE, SlotPool, slotInPage } from './slot-pool.ts'

export interface RecordPage<T> {
  readonly numbers: Int32Array
  readonly objects: (T | undefined)[]
}

/** `fields`: how many numbers a record holds. The first, its generation, tells it from those that had its slot before. */
export class TransactionRecords<T> {
  readonly #pool: SlotPool<RecordPage<T>>
  readonly #fields: number
  #generation = 0

  constructor(fields: number) {
    this.#fields = fields
    this.#pool = new SlotPool(() => ({
      numbers: new Int32Array(fields * SLOTS_PER_PAGE),
      objects: new Array<T | undefined>(SLOTS_PER_PAGE).fill(undefined),
    }))
  }

  get live(): number {
    return this.#pool.live
  }

  allocate(object: T): number {
    const id = this.#pool.allocate()
    const { numbers, objects } = this.#pool.content(id)
    const at = slotInPage(id) * this.#fields
    // Not by `fill`, which is a call into the engine.
    for (let field = at + this.#fields - 1; field > at; field--) numbers[field] = 0
    // Never 0: that is a free slot.
    this.#generation = (this.#generation + 1) & 0x7fffffff || 1
    numbers[at] = this.#generation
    objects[slotInPage(id)] = object
    return id
  }

  release(id: number): void {
    const { numbers, objects } = this.#pool.content(id)
    numbers[slotInPage(id) * this.#fields] = 0
    objects[slotInPage(id)] = undefined
    this.#pool.release(id)
  }

  /** Whether the slot still belongs to the record of that generation. */
  isLive(id: number, generation: number): boolean {
    return this.#pool.has(id) && generation !== 0 && this.get(id, 0) === generation
  }

  get(id: number, field: number): number {
    return this.#pool.content(id).numbers[slotInPage(id) * this.#fields + field] ?? 0
  }

  set(id: number, field: number, value: number): void {
    this.#pool.content(id).numbers[slotInPage(id) * this.#fields + field] = value
  }

  object(id: number): T | undefined {
    return this.#pool.content(id).objects[slotInPage(id)]
  }

  dropObject(id: number): void {
    this.#pool.content(id).objects[slotInPage(id)] = undefined
  }

  /** The numbers of all live records. */
  *ids(): Iterable<number> {
    for (const number of this.#pool.pageNumbers()) {
      for (let slot = 0; slot < SLOTS_PER_PAGE; slot++) {
        const id = number * SLOTS_PER_PAGE + slot
        if (this.get(id, 0) !== 0) yield id
      }
    }
  }
}
