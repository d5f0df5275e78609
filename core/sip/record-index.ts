/** Finds records by hash: chains of record numbers in a table that grows and shrinks with them. */

export interface HashedRecords {
  hash(id: number): number
  next(id: number): number
  setNext(id: number, next: number): void
}

const SMALLEST = 1024
export const NO_RECORD = -1

export class RecordIndex {
  readonly #records: HashedRecords
  #heads = new Int32Array(SMALLEST).fill(NO_RECORD)
  #count = 0

  constructor(records: HashedRecords) {
    this.#records = records
  }

  /** The first record of the chain that holds all of this hash, and others. */
  chain(hash: number): number {
    return this.#heads[hash & (this.#heads.length - 1)] ?? NO_RECORD
  }

  add(id: number): void {
    if (++this.#count > this.#heads.length) this.#resize(this.#heads.length * 2)
    this.#link(id)
  }

  remove(id: number): void {
    const records = this.#records
    const after = records.next(id)
    const head = this.chain(records.hash(id))
    if (head === id) this.#heads[records.hash(id) & (this.#heads.length - 1)] = after
    else {
      let before = head
      while (before !== NO_RECORD && records.next(before) !== id) before = records.next(before)
      if (before !== NO_RECORD) records.setNext(before, after)
    }
    this.#count--
    if (this.#heads.length > SMALLEST && this.#count < this.#heads.length / 8) {
      this.#resize(this.#heads.length / 2)
    }
  }

  #link(id: number): void {
    const at = this.#records.hash(id) & (this.#heads.length - 1)
    this.#records.setNext(id, this.#heads[at] ?? NO_RECORD)
    this.#heads[at] = id
  }

  #resize(length: number): void {
    const old = this.#heads
    this.#heads = new Int32Array(length).fill(NO_RECORD)
    for (const head of old) {
      for (let id = head; id !== NO_RECORD;) {
        const next = this.#records.next(id)
        this.#link(id)
        id = next
      }
    }
  }
}
