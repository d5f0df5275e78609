/** Contact resources: which devices of a contact each user may see, while the server tells. RFC 6121 §4.4, §4.5. */
import type { Clock } from '../../core/model/clock.ts'
import type { ContactResource } from '../pair.ts'
import type { LivePair } from './live-pair.ts'
import type { PairListeners } from './pair-listeners.ts'

export interface ContactResources {
  /** Undefined: it is not available any more. A resource whose user may not see it is not kept. */
  readonly set: (pair: LivePair, name: string, now: ContactResource | undefined) => void
  /** Those that nothing was heard of since then; without a time all. */
  readonly drop: (pair: LivePair, since?: number) => void
}

/** Of one contact. */
const MOST_RESOURCES = 64

export function createContactResources({
  listeners,
  clock,
  changed,
}: {
  listeners: PairListeners
  clock: Clock
  /** A resource has come or gone, or was heard of again. */
  changed: (pair: LivePair) => void
}): ContactResources {
  function set(pair: LivePair, name: string, now: ContactResource | undefined): void {
    const before = pair.resources.get(name)
    if (now ? !mayAppear(pair, before) : !before) return
    pair.resources = withEntry(pair.resources, name, now)
    pair.heardAt = withEntry(pair.heardAt, name, now && clock.now())
    changed(pair)
    if (!isSame(now, before)) listeners.tell.resource(pair, now, before)
  }

  return {
    set,
    drop(pair, since = Infinity) {
      for (const name of [...pair.resources.keys()]) {
        if ((pair.heardAt.get(name) ?? 0) < since) set(pair, name, undefined)
      }
    },
  }
}

function mayAppear({ record, resources }: LivePair, before: ContactResource | undefined): boolean {
  return record.to === 'granted' && (before !== undefined || resources.size < MOST_RESOURCES)
}

function withEntry<T>(
  map: ReadonlyMap<string, T>,
  key: string,
  value: T | undefined,
): ReadonlyMap<string, T> {
  const changed = new Map(map)
  if (value === undefined) changed.delete(key)
  else changed.set(key, value)
  return changed
}

function isSame(a: ContactResource | undefined, b: ContactResource | undefined): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b)
}
