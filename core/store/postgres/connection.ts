/** One connection to the primary, opened when it is needed and again when it was lost. */
import type pg from 'pg'
import { StoreUnavailable } from '../../model/store-unavailable.ts'
import { discard, type PrimaryFinder } from './primary.ts'

export interface Statement {
  /** Present: the server keeps its plan under this name. One name, one text. */
  readonly name?: string
  readonly text: string
  readonly values?: readonly unknown[]
}

export type Query = <Row>(statement: Statement) => Promise<readonly Row[]>

export interface Connection {
  /** One attempt. Statements that are asked for together travel together, and are done in their order. */
  readonly query: Query
  /** Statements through it reach the same session or fail. */
  readonly session: () => Promise<Session>
  readonly close: () => void
}

export interface Session {
  readonly query: Query
  /** False: the transaction had failed before, and was undone. */
  readonly commit: () => Promise<boolean>
  readonly timeline: number
  readonly processId: number
  /** Nothing that is under way is waited for. */
  readonly discard: () => void
  readonly onNotification: (hear: (processId: number) => void) => void
  readonly onLost: (hear: () => void) => void
}

/** `answerPatience`: milliseconds after which a statement without an answer costs the connection; 3 s when absent. */
// eslint-disable-next-line max-lines-per-function -- one state and the four things that move it
export function createConnection(
  primary: PrimaryFinder,
  purpose: string,
  answerPatience?: number,
): Connection {
  let current: Promise<Session> | undefined
  let live: Session | undefined
  let isClosed = false

  function forget(session: Promise<Session>): void {
    if (current !== session) return
    current = undefined
    live = undefined
  }

  function open(): Promise<Session> {
    const opening = primary.open(purpose, answerPatience).then((opened) => {
      const session = sessionOn(opened)
      if (isClosed) session.discard()
      session.onLost(() => {
        forget(opening)
      })
      live = session
      return session
    })
    opening.catch(() => {
      forget(opening)
    })
    return opening
  }

  function session(): Promise<Session> {
    if (isClosed) return Promise.reject(new StoreUnavailable('closed', 'it was closed'))
    // Another connection has met a newer primary.
    if (live && live.timeline < primary.timeline()) {
      live.discard()
      current = undefined
    }
    return (current ??= open())
  }

  return {
    session,
    query: async (statement) => (await session()).query(statement),
    close() {
      isClosed = true
      live?.discard()
    },
  }
}

function sessionOn({ client, timeline }: { client: pg.Client; timeline: number }): Session {
  return {
    timeline,
    processId: (client as pg.Client & { processID: number }).processID,
    async query<Row>({ name, text, values }: Statement) {
      const { rows } = await client.query({
        text,
        ...(name !== undefined && { name }),
        ...(values && { values: [...values] }),
      })
      return rows as Row[]
    },
    commit: async () => (await client.query('COMMIT')).command === 'COMMIT',
    discard: () => {
      discard(client)
    },
    onNotification(hear) {
      client.on('notification', ({ processId }) => {
        hear(processId)
      })
    },
    onLost(hear) {
      client.once('end', hear)
    },
  }
}
