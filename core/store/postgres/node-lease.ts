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

interface Lease {
  readonly connection: Connection
  readonly node: string
  readonly log: Log
}

/** Of advisory locks; the other half is made of the name. */
export const NODE_LOCKS = 1_986_618_984
/** Milliseconds: the server notices a moment later that a process has ended. */
const PATIENCE = 2_000
const RETRY = 1_000

/** Rejects with an Error for the operator when another process bears the name. */
export async function takeNodeLease(lease: Lease): Promise<NodeLease> {
  const { connection, node } = lease
  const session = await connection.session()
  const end = performance.now() + PATIENCE
  while (!(await isTaken(session, node))) {
    if (performance.now() > end) {
      throw new Error(
        `another Visage bears the name ${node} on this database: give each node a name of its own (store.node)`,
      )
    }
    await pause(200)
  }
  const afterCrash = await markRunning(session, node)
  const closing = new AbortController()
  const over = keep(lease, session, closing.signal)
  return {
    afterCrash,
    async giveBack() {
      closing.abort()
      await over
      await markEnded(lease)
      connection.close()
    },
  }
}

/** Takes the lock again whenever it was lost with the session, until nobody cares any more. */
async function keep(lease: Lease, first: Session, signal: AbortSignal): Promise<void> {
  let session: Session | undefined = first
  while (!signal.aborted) {
    if (session) await lossOf(session, signal)
    else await pause(RETRY, undefined, { signal, ref: false }).catch(() => undefined)
    session = await regain(lease, signal)
  }
}

async function regain(
  { connection, node, log }: Lease,
  signal: AbortSignal,
): Promise<Session | undefined> {
  if (signal.aborted) return undefined
  try {
    const session = await connection.session()
    if (await isTaken(session, node)) return session
    log.error({ node }, 'another process bears the name of this node in the database')
  } catch (error) {
    log.debug({ node, reason: briefly(error) }, 'the name of this node is not held')
  }
  return undefined
}

/** Resolves when the session, and with it the lock, is lost, or nobody cares any more. */
function lossOf(session: Session, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const tell = () => {
      resolve()
    }
    session.onLost(tell)
    signal.addEventListener('abort', tell, { once: true })
  })
}

async function isTaken(session: Session, node: string): Promise<boolean> {
  const [row] = await session.query<{ taken: boolean }>({
    text: `SELECT pg_try_advisory_lock(${NODE_LOCKS}, hashtext($1)) AS taken`,
    values: [storedText(node)],
  })
  return row?.taken === true
}

/** Tells whether it was marked so already. */
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

async function markEnded({ connection, node, log }: Lease): Promise<void> {
  try {
    const text = 'UPDATE node SET running = false WHERE name = $1'
    await connection.query({ text, values: [storedText(node)] })
  } catch (error) {
    log.warn(
      { node, reason: briefly(error) },
      'the database could not be told that this node has ended',
    )
  }
}
