/** What is to be written when the sessions of an account change: their record, what leads to it, and the count of all. */
import type { BrowserSession } from '../model/browser-session.ts'
import type { Log } from '../model/log.ts'
import type { Aor } from '../uri/aor.ts'
import type { WriteOperation } from './level-database.ts'
import { sealJson } from './record-envelope.ts'
import { readableOr } from './record-unreadable.ts'
import {
  SESSION_COUNT_KEY,
  sessionCountIn,
  sessionKey,
  sessionOwnerIn,
  sessionsIn,
  sessionsKey,
} from './session-record.ts'

type Sessions = readonly BrowserSession[]

/** All see the newest state, writes under way included; throw StoreUnavailable. */
export interface SessionChanges {
  readonly present: (aor: Aor) => Sessions
  readonly ownerOf: (id: string) => Aor | undefined
  readonly count: () => number
  readonly operations: (aor: Aor, after: Sessions) => WriteOperation[]
}

export function createSessionChanges({
  latest,
  log,
}: {
  latest: (key: string) => Buffer | undefined
  log: Log
}): SessionChanges {
  /** What cannot be read counts as not being there. */
  function read<T>(key: string, otherwise: T, open: (bytes: Buffer) => T): T {
    const bytes = latest(key)
    return bytes ? readableOr(otherwise, log, () => open(bytes)) : otherwise
  }

  const present = (aor: Aor): Sessions => {
    const key = sessionsKey(aor)
    return read<Sessions>(key, [], (bytes) => sessionsIn(key, bytes))
  }
  const count = () => read(SESSION_COUNT_KEY, 0, sessionCountIn)

  return {
    present,
    count,
    ownerOf: (id) => {
      const key = sessionKey(id)
      return read<Aor | undefined>(key, undefined, (bytes) => sessionOwnerIn(key, bytes))
    },
    operations(aor, after) {
      const before = present(aor)
      const key = sessionsKey(aor)
      const total = Math.max(0, count() + after.length - before.length)
      return [
        ...missingFrom(after, before).map((id) => removal(sessionKey(id))),
        ...missingFrom(before, after).map((id) => put(sessionKey(id), aor)),
        after.length > 0 ? put(key, after) : removal(key),
        put(SESSION_COUNT_KEY, total),
      ]
    },
  }
}

/** Ids of those of `some` that are not among `others`. */
function missingFrom(others: Sessions, some: Sessions): string[] {
  const present = new Set(others.map(({ id }) => id))
  return some.map(({ id }) => id).filter((id) => !present.has(id))
}

function put(key: string, value: unknown): WriteOperation {
  return { type: 'put', key, value: sealJson(value) }
}

function removal(key: string): WriteOperation {
  return { type: 'del', key }
}
