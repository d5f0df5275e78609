/** Wake-ups: a notification without content tells the other nodes to read the change log. Who misses one reads it a moment later. */
import { setTimeout as pause } from 'node:timers/promises'
import type { Log } from '../../model/log.ts'
import type { Connection } from './connection.ts'
import { briefly } from './failure.ts'

const CHANNEL = 'visage_change_log'
const RETRY_MS = 250

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
  const isClosed = () => closing.signal.aborted
  let isSending = false
  let isAskedAgain = false
  let ownProcessId: number | undefined

  // Outside of the transaction that wrote: inside of it, commits would queue for the notifications' lock.
  async function send(): Promise<void> {
    isSending = true
    do {
      isAskedAgain = false
      try {
        const session = await sending.session()
        ownProcessId = session.processId
        await session.query({ text: `NOTIFY ${CHANNEL}` })
      } catch {
        // They read the log by themselves soon.
      }
    } while (isAskedAgain as boolean)
    isSending = false
  }

  async function listen(): Promise<void> {
    const session = await listening.session()
    const lost = new Promise<void>((resolve) => {
      session.onLost(resolve)
    })
    session.onNotification((processId) => {
      if (processId !== ownProcessId) hear()
    })
    await session.query({ text: `LISTEN ${CHANNEL}` })
    hear()
    await lost
  }

  async function listenForever(): Promise<void> {
    while (!isClosed()) {
      await listen().catch((error: unknown) => {
        if (!isClosed()) log.debug({ reason: briefly(error) }, 'no wake-ups from the database')
      })
      await pause(RETRY_MS, undefined, { signal: closing.signal, ref: false }).catch(
        () => undefined,
      )
    }
  }
  const listeningOver = listenForever()

  return {
    send() {
      if (isSending) isAskedAgain = true
      else void send()
    },
    async close() {
      closing.abort()
      sending.close()
      listening.close()
      await listeningOver
    },
  }
}
