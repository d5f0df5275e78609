/** What the banner says of a connection. */
import type { Connection } from '../model/page-model.ts'

export interface ConnectionWords {
  readonly words: string
  /** Where there is room for it. */
  readonly more?: string
  /** Trying again at once makes sense. */
  readonly canTry: boolean
}

export function connectionWords(connection: Connection): ConnectionWords {
  switch (connection.state) {
    case 'down':
      return {
        words: connection.reason,
        more: 'What you see may be out of date.',
        canTry: Number.isFinite(connection.retryAt),
      }
    case 'over':
      return { words: connection.reason, canTry: false }
    case 'connecting':
      return { words: 'Connecting…', canTry: false }
    case 'up':
      return { words: '', canTry: false }
  }
}

/** Undefined: nothing is waited for. */
export function secondsUntil(time: number, now: number): number | undefined {
  const seconds = Math.ceil((time - now) / 1000)
  return Number.isFinite(seconds) && seconds > 0 ? seconds : undefined
}
