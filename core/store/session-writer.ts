/** Session writer: one browser's session comes, lasts longer or goes, in one step and one batch. */
import { withSession, type BrowserSession } from '../model/browser-session.ts'
import type { Clock } from '../model/clock.ts'
import type { SessionStore } from '../model/stores.ts'
import type { Aor } from '../uri/aor.ts'
import type { SessionChanges } from './session-changes.ts'
import type { SessionCache } from './session-reader.ts'
import { sessionsKey } from './session-record.ts'
import type { Transactions } from './transactions.ts'

export type SessionWriter = Pick<SessionStore, 'add' | 'prolong' | 'remove'> & {
  /** Forgets the sessions of these accounts that are over; tells how many there were. */
  readonly drop: (accounts: readonly Aor[]) => Promise<number>
}

interface SessionWriterParts {
  readonly transactions: Transactions
  readonly changes: SessionChanges
  readonly cache: SessionCache
  readonly clock: Clock
  /** Sessions of all accounts together. */
  readonly capacity: number
}

export function createSessionWriter(parts: SessionWriterParts): SessionWriter {
  return {
    add: (session) => add(session, parts),
    prolong: (id, expires) => prolong(id, expires, parts),
    remove: (id) => remove(id, parts),
    drop: (accounts) => drop(accounts, parts),
  }
}

async function add(session: BrowserSession, parts: SessionWriterParts) {
  const { transactions, changes, clock, capacity } = parts
  await transactions.ready()
  const before = changes.present(session.aor)
  const after = withSession(before, session, clock.now())
  if (after.length > before.length && changes.count() >= capacity) return 'no-room'
  await write(session.aor, after, parts)
  return 'stored'
}

async function prolong(id: string, expires: number, parts: SessionWriterParts) {
  const { transactions, changes, clock } = parts
  await transactions.ready()
  const aor = changes.ownerOf(id)
  if (aor === undefined) return undefined
  const before = changes.present(aor)
  const session = before.find((one) => one.id === id)
  if (!session || session.expires <= clock.now()) return undefined
  const prolonged = { ...session, expires }
  const after = before.map((one) => (one === session ? prolonged : one))
  await write(aor, after, parts)
  return prolonged
}

async function remove(id: string, parts: SessionWriterParts): Promise<boolean> {
  const { transactions, changes } = parts
  await transactions.ready()
  const aor = changes.ownerOf(id)
  if (aor === undefined) return false
  const after = changes.present(aor).filter((one) => one.id !== id)
  await write(aor, after, parts)
  return true
}

async function drop(accounts: readonly Aor[], parts: SessionWriterParts): Promise<number> {
  const { transactions, changes, clock } = parts
  await transactions.ready()
  const now = clock.now()
  let dropped = 0
  const writes = accounts.map((aor) => {
    const before = changes.present(aor)
    const after = before.filter(({ expires }) => expires > now)
    dropped += before.length - after.length
    return write(aor, after, parts)
  })
  await Promise.all(writes)
  return dropped
}

function write(
  aor: Aor,
  after: readonly BrowserSession[],
  { transactions, changes, cache }: SessionWriterParts,
): Promise<void> {
  return transactions.commit(changes.operations(aor, after), () => {
    cache.delete(sessionsKey(aor))
  })
}
