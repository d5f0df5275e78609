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

export interface StreamFraming {
  /** False: the stream is out of step, what follows has no meaning, the connection must end. */
  push(chunk: Buffer): boolean
  /** Octets that wait for the rest of their message. */
  readonly waiting: number
}

const CR = 0x0d
const LF = 0x0a
const NOTHING = Buffer.alloc(0)
const CONTENT_LENGTH =
  /^(?:content-length|l)[ \t]*:(?:\r\n(?=[ \t])|[ \t])*([^\r\n]*?)[ \t]{0,64}$/gim

export function createStreamFraming(limits: FrameLimits, events: FrameEvents): StreamFraming {
  let held: Buffer = NOTHING
  let begin = 0
  let end = 0
  /** Up to here no end of the head was found. */
  let searched = 0
  /** Octets of the message whose head is complete; 0: not known yet. */
  let wanted = 0

  const hold = (chunk: Buffer) => {
    if (begin === end) {
      held = chunk
      begin = searched = 0
      end = chunk.length
      return
    }
    if (held.length - end < chunk.length) {
      const larger = Buffer.allocUnsafe(Math.max(4096, 2 * (end - begin + chunk.length)))
      held.copy(larger, 0, begin, end)
      searched -= begin
      end -= begin
      begin = 0
      held = larger
    }
    chunk.copy(held, end)
    end += chunk.length
  }

  const skipLineEnds = () => {
    let pings = 0
    while (end - begin >= 2 && held[begin] === CR && held[begin + 1] === LF) {
      begin += 2
      if (++pings % 2 === 0) events.onPing()
    }
    // An odd line end may be half of a ping whose rest is still on its way.
    const half = end - begin === 1 && held[begin] === CR
    if (pings % 2 === 1 && (begin === end || half)) begin -= 2
    searched = Math.max(searched, begin)
  }

  /** False: malformed. Sets `wanted` once the head is complete. */
  const readHead = (): boolean => {
    const window = held.subarray(0, end)
    const blank = window.indexOf('\r\n\r\n', Math.max(begin, searched - 3))
    searched = end
    if (blank < 0) return end - begin <= limits.headBytes
    const headLength = blank + 4 - begin
    const length = bodyLength(held.toString('latin1', begin, blank + 2))
    wanted = headLength + (length ?? 0)
    return headLength <= limits.headBytes && length !== undefined && length <= limits.bodyBytes
  }

  const spoil = (): false => {
    const blank = held.subarray(0, end).indexOf('\r\n\r\n', begin)
    events.onMessage(held.subarray(begin, blank < 0 ? end : blank + 4))
    begin = end = 0
    return false
  }

  return {
    push(chunk) {
      hold(chunk)
      for (;;) {
        if (wanted === 0) {
          skipLineEnds()
          if (end - begin <= 2) return true
          if (!readHead()) return spoil()
          if (wanted === 0) return true
        }
        if (end - begin < wanted) return true
        events.onMessage(held.subarray(begin, begin + wanted))
        begin += wanted
        searched = begin
        wanted = 0
      }
    },
    get waiting() {
      return end - begin
    },
  }
}

/** Undefined: none, several, or no number: the end of the message cannot be known. */
function bodyLength(head: string): number | undefined {
  const [first, ...others] = head.matchAll(CONTENT_LENGTH)
  const value = first?.[1]
  if (value === undefined || others.length > 0 || !/^\d{1,10}$/.test(value)) return undefined
  return Number(value)
}
