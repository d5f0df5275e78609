/** Session reader: by the hash of the token, and all of an account; from memory where it can. */
import type { BrowserSession } from '../model/browser-session.ts'
import type { Clock } from '../model/clock.ts'
import { createLruCache, type LruCache } from '../model/lru-cache.ts'
import { rejectInstead, whenReady, type MaybePromise } from '../model/maybe-promise.ts'
import type { SessionStore } from '../model/stores.ts'
import type { Aor } from '../uri/aor.ts'
import type { LevelDatabase } from './level-database.ts'
import { sessionKey, sessionOwnerIn, sessionsIn, sessionsKey } from './session-record.ts'

type Sessions = readonly BrowserSession[]

/** Sessions by the key of their account's record. */
export type SessionCache = LruCache<string, Sessions>

/** About 1 KB each; an account without any counts as one. */
const CACHED_SESSIONS = 20_000
const NONE: Sessions = []

export function createSessionCache(): SessionCache {
  return createLruCache({
    capacity: CACHED_SESSIONS,
    weigh: (sessions) => Math.max(1, sessions.length),
  })
}

export function createSessionReader({
  database,
  cache,
  clock,
}: {
  database: LevelDatabase
  cache: SessionCache
  clock: Clock
}): Pick<SessionStore, 'find' | 'ofAccount'> {
  function stored(key: string): MaybePromise<Sessions> {
    const sessions = whenReady(database.read(key), (bytes) => bytes && sessionsIn(key, bytes))
    // What comes late may be out of date by then.
    if (sessions instanceof Promise) return sessions.then((late) => late ?? NONE)
    cache.set(key, sessions ?? NONE)
    return sessions ?? NONE
  }

  function ofAccount(aor: Aor): MaybePromise<Sessions> {
    const key = sessionsKey(aor)
    const sessions = cache.get(key) ?? rejectInstead(() => stored(key))
    return whenReady(sessions, (all) => all.filter(({ expires }) => expires > clock.now()))
  }

  return {
    ofAccount,
    find: (id) => {
      const key = sessionKey(id)
      return rejectInstead(() =>
        whenReady(database.read(key), (bytes) => {
          if (!bytes) return undefined
          const sessions = ofAccount(sessionOwnerIn(key, bytes))
          return whenReady(sessions, (all) => all.find((one) => one.id === id))
        }),
      )
    },
  }
}
