/** Node lease: one process at a time bears a node's name, and knows whether the one before it ended as it should. */
import { setTimeout as pause } from 'node:timers/promises'
import type { Log } from '../../model/log.ts'
import type { Connection, Session } from './connection.ts'
import { briefly } from './failure.ts'
import { storedText } from './stored-text.ts'

export interface NodeLease {
  /** The node's last process did not give the lease back. */
  readonly afterCrash: boolean
  readonly giveBack: () => Promise<void>
}

/** Of advisory locks; the other half is made of the name. */
const LOCK_CLASS = 1_986_618_984
/** Milliseconds: a server notices the end of a process on another machine a moment later. */
const PATIENCE = 2_000
const RETRY = 1_000

/** Rejects with an Error for the operator when another process bears the name. */
export async function takeNodeLease({
  connection,
  node,
  log,
}: {
  connection: Connection
  node: string
  log: Log
}): Promise<NodeLease> {
  const first = await connection.session()
  const end = performance.now() + PATIENCE
  while (!(await isTaken(first, node))) {
    if (performance.now() > end) {
      throw new Error(
        `another Visage bears the name ${node} on this database: give each node a name of its own (store.node)`,
      )
    }
    await pause(200)
  }
  const afterCrash = await markRunning(first, node)
  const closing = new AbortController()
  const over = keep(first)

  async function keep(session: Session): Promise<void> {
    let current: Session | undefined = session
    while (!closing.signal.aborted) {
      if (current) await lossOf(current, closing.signal)
      if (closing.signal.aborted) return
      current = await regain().catch((error: unknown) => {
        log.warn(
          { node, reason: briefly(error) },
          'the name of this node is not held in the database',
        )
        return undefined
      })
      await pause(RETRY, undefined, { signal: closing.signal, ref: false }).catch(() => undefined)
    }
  }

  async function regain(): Promise<Session> {
    const session = await connection.session()
    if (await isTaken(session, node)) return session
    throw new Error('another process bears it')
  }

  return {
    afterCrash,
    async giveBack() {
      closing.abort()
      await over
      await connection
        .query({
          text: 'UPDATE node SET running = false WHERE name = $1',
          values: [storedText(node)],
        })
        .catch((error: unknown) => {
          log.warn(
            { node, reason: briefly(error) },
            'the database was not told that this node ends',
          )
        })
      connection.close()
    },
  }
}

/** Resolves when the session, and with it the lock, is lost, or nobody cares any more. */
function lossOf(session: Session, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const tell = () => {
      resolve()
    }
    session.onLost(tell)
    if (signal.aborted) tell()
    signal.addEventListener('abort', tell, { once: true })
  })
}

async function isTaken(session: Session, node: string): Promise<boolean> {
  const [row] = await session.query<{ taken: boolean }>({
    text: `SELECT pg_try_advisory_lock(${LOCK_CLASS}, hashtext($1)) AS taken`,
    values: [storedText(node)],
  })
  return row?.taken === true
}

async function markRunning(session: Session, node: string): Promise<boolean> {
  const [row] = await session.query<{ ran: boolean | null }>({
    text: `WITH before AS (SELECT running FROM node WHERE name = $1)
      INSERT INTO node (name, running) VALUES ($1, true)
      ON CONFLICT (name) DO UPDATE SET running = true
      RETURNING (SELECT running FROM before) AS ran`,
    values: [storedText(node)],
  })
  return row?.ran === true
}
