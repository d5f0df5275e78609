/** Cuts a byte stream into SIP messages by their Content-Length. RFC 3261 §18.3, §7.5; RFC 5626 §3.5.1. */

export interface FrameLimits {
  readonly headBytes: number
  readonly bodyBytes: number
}

export interface FrameEvents {
  /** One whole message; or, when the stream cannot be cut any further, the head that spoiled it. */
  onMessage(bytes: Buffer): void
  /** A double line end between messages asks for a sign of life. */
  onPing(): void
}

const CR = 0x0d
const LF = 0x0a
const HEAD_END = '\r\n\r\n'
const SMALLEST_BUFFER = 4096
const CONTENT_LENGTH =
  /^(?:content-length|l)[ \t]*:(?:\r\n(?=[ \t])|[ \t])*([^\r\n]*?)[ \t]{0,64}$/gim

export interface StreamFraming {
  /** False: the stream is out of step, what follows has no meaning, the connection must end. */
  push(chunk: Buffer): boolean
  /** Octets that wait for the rest of their message. */
  readonly waiting: number
}

/** The work is linear in what arrives, however small the pieces. */
export function createStreamFraming(limits: FrameLimits, events: FrameEvents): StreamFraming {
  return new Framing(limits, events)
}

class Framing implements StreamFraming {
  readonly #limits: FrameLimits
  readonly #events: FrameEvents
  #held: Buffer = Buffer.alloc(0)
  #begin = 0
  #end = 0
  /** Up to here no end of the head was found. */
  #searched = 0
  /** Octets of the message whose head is complete; 0: not known yet. */
  #wanted = 0

  constructor(limits: FrameLimits, events: FrameEvents) {
    this.#limits = limits
    this.#events = events
  }

  get waiting(): number {
    return this.#end - this.#begin
  }

  push(chunk: Buffer): boolean {
    this.#hold(chunk)
    while (this.#cutHead()) {
      if (this.#wanted < 0) return this.#spoil()
      if (this.waiting < this.#wanted) return true
      this.#emit(this.#wanted)
    }
    return true
  }

  #hold(chunk: Buffer): void {
    if (this.waiting === 0) {
      this.#held = chunk
      this.#begin = this.#searched = 0
      this.#end = chunk.length
      return
    }
    if (this.#held.length - this.#end < chunk.length) this.#grow(chunk.length)
    chunk.copy(this.#held, this.#end)
    this.#end += chunk.length
  }

  #grow(more: number): void {
    const larger = Buffer.allocUnsafe(Math.max(SMALLEST_BUFFER, 2 * (this.waiting + more)))
    this.#held.copy(larger, 0, this.#begin, this.#end)
    this.#searched -= this.#begin
    this.#end -= this.#begin
    this.#begin = 0
    this.#held = larger
  }

  /** False: the head is not whole yet. Else `wanted` is known; below 0 when it cannot be. */
  #cutHead(): boolean {
    if (this.#wanted > 0) return true
    this.#skipLineEnds()
    const from = Math.max(this.#begin, this.#searched - HEAD_END.length + 1)
    const blank = this.#held.subarray(0, this.#end).indexOf(HEAD_END, from)
    this.#searched = this.#end
    if (blank < 0) {
      if (this.waiting > this.#limits.headBytes) this.#wanted = -1
      return this.#wanted < 0
    }
    const headLength = blank + HEAD_END.length - this.#begin
    const length = bodyLength(this.#held.toString('latin1', this.#begin, blank + 2))
    const tooLarge = headLength > this.#limits.headBytes || length > this.#limits.bodyBytes
    this.#wanted = length < 0 || tooLarge ? -1 : headLength + length
    return true
  }

  #skipLineEnds(): void {
    const held = this.#held
    let lineEnds = 0
    while (this.waiting >= 2 && held[this.#begin] === CR && held[this.#begin + 1] === LF) {
      this.#begin += 2
      if (++lineEnds % 2 === 0) this.#events.onPing()
    }
    // An odd line end may be half of a ping whose rest is still on its way.
    const atEnd = this.waiting === 0 || (this.waiting === 1 && held[this.#begin] === CR)
    if (lineEnds % 2 === 1 && atEnd) this.#begin -= 2
    this.#searched = Math.max(this.#searched, this.#begin)
  }

  #emit(length: number): void {
    const message = this.#held.subarray(this.#begin, this.#begin + length)
    this.#begin += length
    this.#searched = this.#begin
    this.#wanted = 0
    this.#events.onMessage(message)
  }

  #spoil(): false {
    const blank = this.#held.subarray(0, this.#end).indexOf(HEAD_END, this.#begin)
    this.#emit(blank < 0 ? this.waiting : blank + HEAD_END.length - this.#begin)
    this.#begin = this.#end = 0
    return false
  }
}

/** Below 0: none, several, or no number: the end of the message cannot be known. */
function bodyLength(head: string): number {
  const [first, ...others] = head.matchAll(CONTENT_LENGTH)
  const value = first?.[1]
  if (value === undefined || others.length > 0 || !/^\d{1,10}$/.test(value)) return -1
  return Number(value)
}
