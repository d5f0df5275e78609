/** Session writer: one browser's session comes, lasts longer or goes, in one step and one batch. */
import { withSession, type BrowserSession } from '../model/browser-session.ts'
import type { Clock } from '../model/clock.ts'
import type { SessionStore } from '../model/stores.ts'
import type { Aor } from '../uri/aor.ts'
import type { SessionChanges } from './session-changes.ts'
import { sessionsKey } from './session-record.ts'
import type { SessionCache } from './session-reader.ts'
import type { Transactions } from './transactions.ts'

/** Of all accounts together: about 1 KB each. */
const MOST_SESSIONS = 100_000

export type SessionWriter = Pick<SessionStore, 'add' | 'prolong' | 'remove'> & {
  /** Forgets the sessions of these accounts that are over; tells how many there were. */
  readonly drop: (accounts: readonly Aor[]) => Promise<number>
}

export function createSessionWriter({
  transactions,
  changes,
  cache,
  clock,
  capacity = MOST_SESSIONS,
}: {
  transactions: Transactions
  changes: SessionChanges
  cache: SessionCache
  clock: Clock
  capacity?: number
}): SessionWriter {
  const write = (aor: Aor, after: readonly BrowserSession[]): Promise<void> =>
    transactions.commit(changes.operations(aor, after), () => {
      cache.delete(sessionsKey(aor))
    })

  const isLive = ({ expires }: BrowserSession) => expires > clock.now()

  return {
    async add(session) {
      await transactions.ready()
      const before = changes.present(session.aor)
      const after = withSession(before, session, clock.now())
      if (changes.count() + after.length - before.length > capacity) return 'no-room'
      await write(session.aor, after)
      return 'stored'
    },
    async prolong(id, expires) {
      await transactions.ready()
      const aor = changes.ownerOf(id)
      const before = aor === undefined ? [] : changes.present(aor)
      const session = before.find((one) => one.id === id)
      if (aor === undefined || !session || !isLive(session)) return undefined
      const prolonged = { ...session, expires }
      await write(
        aor,
        before.map((one) => (one === session ? prolonged : one)),
      )
      return prolonged
    },
    async remove(id) {
      await transactions.ready()
      const aor = changes.ownerOf(id)
      if (aor === undefined) return false
      await write(
        aor,
        changes.present(aor).filter((one) => one.id !== id),
      )
      return true
    },
    async drop(accounts) {
      await transactions.ready()
      let dropped = 0
      const writes = accounts.map((aor) => {
        const before = changes.present(aor)
        const after = before.filter(isLive)
        dropped += before.length - after.length
        return write(aor, after)
      })
      await Promise.all(writes)
      return dropped
    },
  }
}
