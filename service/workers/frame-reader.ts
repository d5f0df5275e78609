/** Cuts a stream of octets into frames: four octets of length, then as many octets. */

/** `onFrame` gets octets that stay valid. False: the other side is out of step, and nothing more can be understood. */
export class FrameReader {
  readonly #longest: number
  readonly #onFrame: (frame: Buffer) => void
  /** What has come of a frame that is not whole. */
  #chunks: Buffer[] = []
  #size = 0
  #wanted = LENGTH_OCTETS

  constructor({
    longest,
    onFrame,
  }: {
    readonly longest: number
    readonly onFrame: (frame: Buffer) => void
  }) {
    this.#longest = longest
    this.#onFrame = onFrame
  }

  push(chunk: Buffer): boolean {
    this.#chunks.push(chunk)
    this.#size += chunk.length
    if (this.#size < this.#wanted) return true
    // Joined once when a frame is whole, not with every chunk: a long one would be copied again and again.
    const bytes = this.#chunks.length === 1 ? chunk : Buffer.concat(this.#chunks, this.#size)
    return this.#cut(bytes)
  }

  #cut(bytes: Buffer): boolean {
    let at = 0
    let wanted = LENGTH_OCTETS
    while (bytes.length - at >= LENGTH_OCTETS) {
      const length = bytes.readUInt32LE(at)
      if (length > this.#longest) return false
      wanted = LENGTH_OCTETS + length
      if (bytes.length - at < wanted) break
      this.#onFrame(bytes.subarray(at + LENGTH_OCTETS, at + wanted))
      at += wanted
      wanted = LENGTH_OCTETS
    }
    const rest = bytes.subarray(at)
    this.#chunks = rest.length === 0 ? [] : [rest]
    this.#size = rest.length
    this.#wanted = wanted
    return true
  }
}

const LENGTH_OCTETS = 4
