/** Wake-ups: a notification without content tells the other nodes to read the change log. Who misses one reads it a moment later. */
import { setTimeout as pause } from 'node:timers/promises'
import type { Log } from '../../model/log.ts'
import type { Connection, Session } from './connection.ts'
import { briefly } from './failure.ts'

const CHANNEL = 'visage_change_log'
const RETRY_MS = 250
/** After each: under load one tells of many writes, instead of costing as much as they do. */
const REST_MS = 20

export interface WakeUps {
  /** Something was logged. Asked for often, it is sent once. */
  readonly send: () => void
  readonly close: () => Promise<void>
}

/** `hear` is called when another node has sent one, and when some may have been missed. */
export function createWakeUps({
  sending,
  listening,
  hear,
  log,
}: {
  sending: Connection
  listening: Connection
  hear: () => void
  log: Log
}): WakeUps {
  const closing = new AbortController()
  const sender = createSender(sending)
  const heed = (processId: number) => {
    if (processId !== sender.processId()) hear()
  }

  async function listenForever(): Promise<void> {
    while (!closing.signal.aborted) {
      await listen(listening, { heed, hear }).catch((error: unknown) => {
        const reason = briefly(error)
        if (!closing.signal.aborted) log.debug({ reason }, 'no wake-ups from the database')
      })
      await pause(RETRY_MS, undefined, { signal: closing.signal, ref: false }).catch(
        () => undefined,
      )
    }
  }
  const listeningOver = listenForever()

  return {
    send: sender.send,
    async close() {
      closing.abort()
      sending.close()
      listening.close()
      await listeningOver
    },
  }
}

interface Sender {
  readonly send: () => void
  /** Of the server's process that sends, by which it is known as our own. */
  readonly processId: () => number | undefined
}

/** Outside of the transaction that wrote: inside of it, commits would queue for the notifications' lock. */
function createSender(connection: Connection): Sender {
  let isSending = false
  let isAskedAgain = false
  let processId: number | undefined

  async function notify(): Promise<void> {
    const session = await connection.session()
    processId = session.processId
    await session.query({ text: `NOTIFY ${CHANNEL}` })
  }

  function send(): void {
    isAskedAgain = isSending
    if (isSending) return
    isSending = true
    // Whom it does not reach reads the log by himself soon.
    void notify()
      .catch(() => undefined)
      .then(() => pause(REST_MS, undefined, { ref: false }))
      .then(() => {
        isSending = false
        if (isAskedAgain) send()
      })
  }

  return { send, processId: () => processId }
}

/** Resolves when the connection is lost. */
async function listen(
  connection: Connection,
  { heed, hear }: { heed: (processId: number) => void; hear: () => void },
): Promise<void> {
  const session = await connection.session()
  const lost = lossOf(session)
  session.onNotification(heed)
  await session.query({ text: `LISTEN ${CHANNEL}` })
  hear()
  await lost
}

function lossOf(session: Session): Promise<void> {
  return new Promise((resolve) => {
    session.onLost(resolve)
  })
}
