/** Remembers of recent peers whether they are trusted: matching an address against networks costs as much as parsing a message. */

const REMEMBERED = 1_024

export function rememberPeers(isTrustedPeer: (address: string) => boolean) {
  const known = new Map<string, boolean>()
  return (address: string): boolean => {
    const before = known.get(address)
    if (before !== undefined) return before
    if (known.size === REMEMBERED) known.clear()
    const trusted = isTrustedPeer(address)
    known.set(address, trusted)
    return trusted
  }
}
