/** Remembers of recent peers whether they are trusted: matching an address against networks costs as much as parsing a message. */

const REMEMBERED = 1_024

export interface RememberedPeers {
  readonly isTrustedPeer: (address: string) => boolean
  /** Who is trusted may be others now. */
  readonly forget: () => void
}

export function rememberPeers(ask: (address: string) => boolean): RememberedPeers {
  const known = new Map<string, boolean>()
  const isTrustedPeer = (address: string): boolean => {
    const before = known.get(address)
    if (before !== undefined) return before
    if (known.size === REMEMBERED) known.clear()
    const trusted = ask(address)
    known.set(address, trusted)
    return trusted
  }
  return {
    isTrustedPeer,
    forget() {
      known.clear()
    },
  }
}
