/** State report: tells whoever embeds the client what works and what does not. */
import type { PresenceError } from './presence-error.ts'

export interface StateChange {
  /** `connection`, `publication`, `watchers`, `documents`, `list`, or the address of a presentity: the subscription to it. */
  readonly about: string
  /** `down` is tried again; `ended` is not. */
  readonly state: 'up' | 'down' | 'ended'
  readonly error?: PresenceError
  readonly retryInSeconds?: number
}

export interface StateReporter {
  /** Told once, until something fails. */
  readonly up: () => void
  /** @param retryInMs undefined: it is not tried again */
  readonly failed: (error: PresenceError, retryInMs: number | undefined) => void
}

export interface StateReport {
  about(about: string): StateReporter
}

export function createStateReport(tell: (change: StateChange) => void): StateReport {
  return {
    about(about) {
      let isUp = false
      return {
        up() {
          if (isUp) return
          isUp = true
          tell({ about, state: 'up' })
        },
        failed(error, retryInMs) {
          isUp = false
          if (retryInMs === undefined) tell({ about, state: 'ended', error })
          else tell({ about, state: 'down', error, retryInSeconds: Math.ceil(retryInMs / 1000) })
        },
      }
    },
  }
}
