/** Keep-alive of a connection: a double line end asks, a line end answers. RFC 5626 §3.5.1, §4.4.1; RFC 7118 §6. */

export interface KeepAlive {
  /** This came from the server. */
  heard(bytes: Buffer): void
  stop(): void
}

const PING = '\r\n\r\n'
const PONG = Buffer.from('\r\n')
const PING_EVERY_MS = 30_000
/** A server that has answered before must answer again so soon. */
const PONG_WITHIN_MS = 10_000

export function createKeepAlive({
  ping,
  dead,
}: {
  ping: (bytes: string) => unknown
  dead: () => void
}): KeepAlive {
  let answersPings = false
  let waiting: NodeJS.Timeout | undefined
  const timer = setInterval(() => {
    ping(PING)
    waiting ??= setTimeout(() => {
      waiting = undefined
      // Many servers know no keep-alive; their silence says nothing.
      if (answersPings) dead()
    }, PONG_WITHIN_MS).unref()
  }, PING_EVERY_MS).unref()

  return {
    heard(bytes) {
      if (!waiting) return
      answersPings ||= bytes.equals(PONG)
      clearTimeout(waiting)
      waiting = undefined
    },
    stop() {
      clearInterval(timer)
      clearTimeout(waiting)
    },
  }
}
