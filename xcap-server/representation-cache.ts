/** Representations that were sent before, ready to be sent again; those not asked for longest make room. */
import type { Representation } from './application-usage.ts'

export interface RepresentationCache {
  /** The representation under a key that never stands for another version; `make` is asked when it is not held. */
  of(key: string, make: () => Representation): Representation
  get(key: string): Representation | undefined
  set(key: string, representation: Representation): Representation
  forget(key: string): void
}

/** What an entry costs besides its body. */
const ENTRY_BYTES = 1024

/** `capacity`: in bytes. */
export function createRepresentationCache({ capacity }: { capacity: number }): RepresentationCache {
  // A Map iterates in the order of insertion, so its first key is the one that was not used longest.
  const entries = new Map<string, Representation>()
  let weight = 0

  function forget(key: string): Representation | undefined {
    const entry = entries.get(key)
    if (entry && entries.delete(key)) weight -= entry.size + ENTRY_BYTES
    return entry
  }

  function hold(key: string, entry: Representation): Representation {
    entries.set(key, entry)
    weight += entry.size + ENTRY_BYTES
    for (const oldest of entries.keys()) {
      if (weight <= capacity) break
      forget(oldest)
    }
    return entry
  }

  const get = (key: string) => {
    const held = forget(key)
    return held && hold(key, held)
  }
  const set = (key: string, representation: Representation) =>
    hold(
      key,
      loadedOnce(representation, () => forget(key)),
    )
  return { get, set, of: (key, make) => get(key) ?? set(key, make()), forget }
}

/** Keeps the body once it is at hand; `lost` is told when it cannot be had. */
function loadedOnce(representation: Representation, lost: () => void): Representation {
  let body: ReturnType<Representation['body']>
  const keep = (bytes: Uint8Array | undefined) => {
    body = bytes
    if (!bytes) lost()
    return bytes
  }
  const load = () => {
    const loading = representation.body()
    if (!(loading instanceof Promise)) return keep(loading)
    body = loading.then(keep, (error: unknown) => {
      lost()
      throw error
    })
    return body
  }
  return { ...representation, body: () => body ?? load() }
}
