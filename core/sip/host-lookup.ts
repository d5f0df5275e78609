/** From a host name in a Route to its address; literals pass at once. RFC 3263 §4.2, without SRV. */
import { lookup } from 'node:dns/promises'
import { isIP } from 'node:net'
import { withoutBrackets } from './listener.ts'

const LARGEST_CACHE = 1000
/** Milliseconds. */
const FRESH = 60_000

/** Undefined: there is no such host. Answers are kept for a minute, refusals too. */
export function createHostLookup(): (host: string) => Promise<string | undefined> {
  const cache = new Map<
    string,
    { readonly address: Promise<string | undefined>; readonly at: number }
  >()
  return (host) => {
    const literal = withoutBrackets(host)
    if (isIP(literal) !== 0) return Promise.resolve(literal)
    const known = cache.get(literal)
    const now = performance.now()
    if (known && now - known.at < FRESH) return known.address
    if (cache.size >= LARGEST_CACHE) cache.clear()
    const address = lookup(literal).then(
      (found) => found.address,
      () => undefined,
    )
    cache.set(literal, { address, at: now })
    return address
  }
}
