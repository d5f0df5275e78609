/** Which request counts of which nonces were used, so that nothing passes twice. RFC 7616 §3.4, §5.5. */

export interface NonceCounts {
  /**
   * Marks the count as used. False: used before, too far behind, or the nonce is no longer taken.
   * `nc` is absent where the client counts nothing; such a nonce serves once.
   */
  use(nonce: string, nc: number | undefined, now: number): boolean
}

/** The highest count, and one bit for each of the 64 counts that end with it. */
interface Window {
  readonly issuedAt: number
  highest: number
  /** Bit 0: the highest count itself. */
  recent: number
  older: number
}

const WORD = 32
const WINDOW = 2 * WORD

export function createNonceCounts(options: {
  /** When the nonce was issued, undefined when it is none of ours. */
  issuedAt: (nonce: string) => number | undefined
  /** Milliseconds for which a nonce is taken. */
  lifetime: number
  /** Nonces remembered at once. */
  capacity: number
  /** Counts of nonces that are older were kept by nobody. */
  since: number
}): NonceCounts {
  const { issuedAt, lifetime, capacity } = options
  const windows = new Map<string, Window>()
  // A nonce that may have been forgotten could be a replay: what is not remembered must be younger than this.
  let horizon = options.since

  function begin(nonce: string, now: number): Window | undefined {
    const issued = issuedAt(nonce)
    if (issued === undefined || issued <= horizon || now - issued > lifetime) return undefined
    forgetOldest(now)
    const window = { issuedAt: issued, highest: 0, recent: 0, older: 0 }
    // A copy, since the nonce is part of a whole message that it would keep in memory.
    windows.set(nonce.split('').join(''), window)
    return window
  }

  function forgetOldest(now: number): void {
    for (const [nonce, { issuedAt: issued }] of windows) {
      if (now - issued <= lifetime) {
        if (windows.size < capacity) return
        horizon = Math.max(horizon, issued)
      }
      windows.delete(nonce)
    }
  }

  return {
    use: (nonce, nc, now) => {
      const known = windows.get(nonce)
      if (known && (nc === undefined || now - known.issuedAt > lifetime)) return false
      const window = known ?? begin(nonce, now)
      return window !== undefined && mark(window, nc ?? 0)
    },
  }
}

function mark(window: Window, nc: number): boolean {
  if (nc > window.highest) advance(window, nc - window.highest)
  window.highest = Math.max(window.highest, nc)
  const behind = window.highest - nc
  if (behind >= WINDOW) return false
  const bit = 1 << (behind % WORD)
  const word = behind < WORD ? 'recent' : 'older'
  if ((window[word] & bit) !== 0) return false
  window[word] |= bit
  return true
}

function advance(window: Window, by: number): void {
  const { recent, older } = window
  if (by < WORD) {
    window.older = (older << by) | (recent >>> (WORD - by))
    window.recent = recent << by
  } else {
    window.older = by < WINDOW ? recent << (by - WORD) : 0
    window.recent = 0
  }
}
