/** Session records: the sessions of an account, whose a session is, and how many there are of all. */
import type { BrowserSession } from '../model/browser-session.ts'
import type { Aor } from '../uri/aor.ts'
import { openJson } from './record-envelope.ts'
import { recordKey } from './record-key.ts'

export const sessionsKey = (aor: Aor) => recordKey('sessions', aor)
export const sessionKey = (id: string) => recordKey('session', id)
export const SESSION_COUNT_KEY = recordKey('session-count')

/** All throw RecordUnreadable. */
export const sessionsIn = (key: string, bytes: Buffer) =>
  openJson(key, bytes) as readonly BrowserSession[]
export const sessionOwnerIn = (key: string, bytes: Buffer) => openJson(key, bytes) as Aor
export const sessionCountIn = (bytes: Buffer) => openJson(SESSION_COUNT_KEY, bytes) as number
