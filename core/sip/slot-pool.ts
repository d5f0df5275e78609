/** Numbered slots in pages that come and go: what lives for seconds stays off the JavaScript heap, and a storm's memory goes back. */

const PAGE_BITS = 8
export const SLOTS_PER_PAGE = 1 << PAGE_BITS

interface PoolPage {
  /** Stack of free slots; `free.length - used` of them are on it. */
  readonly free: Uint8Array
  used: number
}

export class SlotPool<T> {
  #live = 0
  readonly #createPage: () => T
  readonly #pages: (PoolPage | undefined)[] = []
  /** Beside the pages: what is asked for all the time is one step away. */
  readonly #contents: (T | undefined)[] = []
  /** Numbers of pages that have room; the last is filled first. */
  readonly #roomy: number[] = []
  readonly #vacant: number[] = []

  constructor(createPage: () => T) {
    this.#createPage = createPage
  }

  get live(): number {
    return this.#live
  }

  get pageCount(): number {
    return this.#pages.length - this.#vacant.length
  }

  /** A slot's number: below 2^31 for 2^23 pages. */
  allocate(): number {
    const number = this.#roomy.at(-1) ?? this.#addPage()
    const page = this.#page(number)
    const slot = page.free[SLOTS_PER_PAGE - 1 - page.used] ?? 0
    page.used++
    if (page.used === SLOTS_PER_PAGE) this.#roomy.pop()
    this.#live++
    return (number << PAGE_BITS) | slot
  }

  release(id: number): void {
    const number = id >>> PAGE_BITS
    const page = this.#page(number)
    page.used--
    page.free[SLOTS_PER_PAGE - 1 - page.used] = id & (SLOTS_PER_PAGE - 1)
    this.#live--
    if (page.used === SLOTS_PER_PAGE - 1) this.#roomy.push(number)
    else if (page.used === 0 && this.#roomy.length > 1) this.#dropPage(number)
  }

  /** The page that holds a slot. */
  content(id: number): T {
    return this.#contents[id >>> PAGE_BITS] ?? gone(id >>> PAGE_BITS)
  }

  /** Whether the slot's page still exists; a stale number from outside must be asked first. */
  has(id: number): boolean {
    return id >= 0 && this.#pages[id >>> PAGE_BITS] !== undefined
  }

  *pageNumbers(): Iterable<number> {
    for (const number of this.#pages.keys()) if (this.#pages[number]) yield number
  }

  #page(number: number): PoolPage {
    return this.#pages[number] ?? gone(number)
  }

  #addPage(): number {
    const number = this.#vacant.pop() ?? this.#pages.length
    const free = new Uint8Array(SLOTS_PER_PAGE).map((_, at) => SLOTS_PER_PAGE - 1 - at)
    this.#pages[number] = { free, used: 0 }
    this.#contents[number] = this.#createPage()
    this.#roomy.push(number)
    return number
  }

  #dropPage(number: number): void {
    this.#pages[number] = undefined
    this.#contents[number] = undefined
    this.#vacant.push(number)
    this.#roomy.splice(this.#roomy.indexOf(number), 1)
  }
}

function gone(number: number): never {
  throw new Error(`slot page ${number} is gone`)
}

/** Where a slot lies in its page. */
export function slotInPage(id: number): number {
  return id & (SLOTS_PER_PAGE - 1)
}
