/** From a host name in a Route to its address; literals pass at once. RFC 3263 §4.2, without SRV. */
import { lookup } from 'node:dns/promises'
import { isIP } from 'node:net'
import { withoutBrackets } from './listener.ts'

const LARGEST_CACHE = 1000
/** Milliseconds. */
const FRESH = 60_000
/** Look-ups take the threads that the store writes with: a name server that never answers must not get them all. */
const AT_ONCE = 2
const LARGEST_QUEUE = 100

type Resolve = (host: string) => Promise<{ readonly address: string }>

/** Undefined: there is no such host, or too many are being asked for. Answers are kept for a minute, refusals too. */
export function createHostLookup(
  resolve: Resolve = lookup,
): (host: string) => Promise<string | undefined> {
  const turn = createQueue()
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
    const address = turn(() => resolve(literal)).then(
      (found) => found?.address,
      () => undefined,
    )
    cache.set(literal, { address, at: now })
    return address
  }
}

/** Lets so many run at once; undefined where too many wait. */
function createQueue() {
  const waiting: (() => void)[] = []
  let running = 0
  const next = () => {
    const first = waiting.shift()
    if (first) first()
    else running--
  }
  return async <T>(work: () => Promise<T>): Promise<T | undefined> => {
    if (waiting.length >= LARGEST_QUEUE) return undefined
    if (running < AT_ONCE) running++
    else await new Promise<void>((resolve) => waiting.push(resolve))
    return work().finally(next)
  }
}
