/** Event state of a store that another process owns, shared with the other members. */
import type { Log } from '../../model/log.ts'
import type { EventStateWrite } from '../../model/event-state.ts'
import type { SharedChange, SharedEventState } from '../../model/shared-event-state.ts'
import type { EventStateStore } from '../../model/stores.ts'
import type { StoreCalls } from './store-calls.ts'

const NOTHING: readonly EventStateWrite[] = []

type Listener = (change: SharedChange) => void

export function createRemoteEventState({ calls, log }: { calls: StoreCalls; log: Log }): {
  readonly store: (isShared: boolean) => EventStateStore
  readonly hear: (change: SharedChange) => void
} {
  const { call, stream } = calls
  const listeners = new Set<Listener>()
  const shared: SharedEventState = {
    follow: (...asked) => call('follow', ...asked),
    unfollow(...asked) {
      // Without the owner nothing is followed.
      call('unfollow', ...asked).catch(() => undefined)
    },
    publicationsOf: (...asked) => call('publicationsOf', ...asked),
    watchersOf: (...asked) => call('watchersOf', ...asked),
    bindingsOf: (aor) => call('bindingsOf', aor),
    adopt: (id) => call('adopt', id),
    subscribe(listener) {
      listeners.add(listener)
      return () => {
        listeners.delete(listener)
      }
    },
  }
  const stored = {
    async write(writes) {
      const lost = await call('writeEventState', writes)
      return lost.length === 0 ? NOTHING : writes.filter((_, place) => lost.includes(place))
    },
    publications: () => stream('publications'),
    subscriptions: () => stream('subscriptions'),
    bindings: () => stream('bindings'),
  } satisfies EventStateStore
  return {
    store: (isShared) => (isShared ? { ...stored, shared } : stored),
    hear(change) {
      for (const listener of [...listeners]) tell(listener, change, log)
    },
  }
}

function tell(listener: Listener, change: SharedChange, log: Log): void {
  try {
    listener(change)
  } catch (error) {
    // The others hear it all the same.
    log.error({ err: error, kind: change.kind }, 'a listener of the event state failed')
  }
}
