/** Keep-alive of a connection: a double line end asks, a line end answers. RFC 5626 §3.5.1, §4.4.1; RFC 7118 §6. */
import type { ClientClock } from './client-clock.ts'

export interface KeepAlive {
  /** Something came from the server; `isPong`: nothing but a line end. */
  heard(isPong: boolean): void
  stop(): void
}

export const PONG = '\r\n'
const PING = '\r\n\r\n'
const PING_EVERY_MS = 30_000
/** Whether the server answers is known before the connection can have been lost for long. */
const FIRST_PING_MS = 1000
/** A server that has answered before must answer again so soon. */
const PONG_WITHIN_MS = 10_000

const nothing = () => undefined

export function createKeepAlive({
  ping,
  dead,
  clock,
}: {
  ping: (text: string) => unknown
  dead: () => void
  clock: ClientClock
}): KeepAlive {
  let answersPings = false
  let cancelPing: () => void = nothing
  let cancelWait: (() => void) | undefined

  function unanswered(): void {
    cancelWait = undefined
    // Many servers know no keep-alive; their silence says nothing.
    if (answersPings) dead()
  }

  function pingAfter(milliseconds: number): void {
    cancelPing = clock.after(milliseconds, () => {
      pingAfter(PING_EVERY_MS)
      cancelWait ??= clock.after(PONG_WITHIN_MS, unanswered)
      ping(PING)
    })
  }
  pingAfter(FIRST_PING_MS)

  return {
    heard(isPong) {
      if (!cancelWait) return
      answersPings ||= isPong
      cancelWait()
      cancelWait = undefined
    },
    stop() {
      cancelPing()
      cancelWait?.()
    },
  }
}
