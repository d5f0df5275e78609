/** Known subscriptions: which member holds each, and whom it watches. */
import type { SubscriptionRecord } from '../model/event-state.ts'
import type { Aor } from '../uri/aor.ts'

export interface Watched {
  readonly presentity: Aor
  readonly eventPackage: string
}

/** Equal for what is equal. */
export function watchedKey({ presentity, eventPackage }: Watched): string {
  return `${eventPackage} ${presentity}`
}

interface KnownSubscription extends Watched {
  holder: string
  /** It has ended, and is only remembered. RFC 3857 §4.7.1 */
  isWaiting: boolean
}

export interface KnownSubscriptions {
  find(id: string): KnownSubscription | undefined
  /** Their ids. */
  of(watched: Watched): readonly string[]
  put(record: SubscriptionRecord, holder: string): void
  remove(id: string): void
}

export function isWaiting({ waitingUntil }: SubscriptionRecord): boolean {
  return waitingUntil !== undefined
}

export function createKnownSubscriptions(): KnownSubscriptions {
  const byId = new Map<string, KnownSubscription>()
  const byWatched = new Map<string, Set<string>>()
  return {
    find: (id) => byId.get(id),
    of: (watched) => [...(byWatched.get(watchedKey(watched)) ?? [])],
    put(record, holder) {
      const { id, presentity, eventPackage } = record
      const known = byId.get(id)
      if (known) Object.assign(known, { holder, isWaiting: isWaiting(record) })
      else {
        byId.set(id, { presentity, eventPackage, holder, isWaiting: isWaiting(record) })
        const key = watchedKey(record)
        byWatched.set(key, (byWatched.get(key) ?? new Set<string>()).add(id))
      }
    },
    remove(id) {
      const known = byId.get(id)
      if (!known) return
      byId.delete(id)
      const key = watchedKey(known)
      const ids = byWatched.get(key)
      ids?.delete(id)
      if (ids?.size === 0) byWatched.delete(key)
    },
  }
}
