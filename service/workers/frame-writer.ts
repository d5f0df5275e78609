/** Gathers frames and writes those of one event-loop turn together. */
import type { Writable } from 'node:stream'

/** Room for the frames of a usual turn. */
const BATCH = 64 * 1024
/** Batches that are kept for the next turns. */
const SPARE = 4
const LENGTH_OCTETS = 4

export class FrameWriter {
  readonly #stream: Writable
  #batch: Buffer<ArrayBuffer> = Buffer.allocUnsafeSlow(BATCH)
  #used = 0
  #scheduled = false
  /** Their octets have left. */
  readonly #spare: Buffer<ArrayBuffer>[] = []

  constructor(stream: Writable) {
    this.#stream = stream
  }

  /** Octets that have not left. */
  get waiting(): number {
    return this.#used + this.#stream.writableLength
  }

  /** Three parts, so that whoever has a message need not join it with what stands before it. */
  write(head: Uint8Array, body: Uint8Array, rest: Uint8Array): void {
    const length = head.length + body.length + rest.length
    this.#makeRoom(LENGTH_OCTETS + length)
    let at = this.#batch.writeUInt32LE(length, this.#used)
    this.#batch.set(head, at)
    at += head.length
    this.#batch.set(body, at)
    at += body.length
    this.#batch.set(rest, at)
    this.#used = at + rest.length
    this.#schedule()
  }

  readonly flush = (): void => {
    this.#scheduled = false
    if (this.#used > 0) this.#handOver()
  }

  #schedule(): void {
    if (this.#scheduled) return
    this.#scheduled = true
    setImmediate(this.flush)
  }

  #makeRoom(length: number): void {
    if (this.#batch.length - this.#used >= length) return
    if (this.#used > 0) this.#handOver()
    if (this.#batch.length < length) this.#batch = Buffer.allocUnsafeSlow(length)
  }

  #handOver(): void {
    const batch = this.#batch
    const bytes = batch.subarray(0, this.#used)
    this.#batch = this.#spare.pop() ?? Buffer.allocUnsafeSlow(BATCH)
    this.#used = 0
    if (!this.#stream.writable) return
    this.#stream.write(bytes, () => {
      if (batch.length === BATCH && this.#spare.length < SPARE) this.#spare.push(batch)
    })
  }
}
