/** Log: what every part writes its events to; pino in the service. */

type Write = (fields: Readonly<Record<string, unknown>>, text: string) => void

/** Never passwords, nonces or the bytes of an icon. */
export interface Log {
  readonly debug: Write
  readonly info: Write
  readonly warn: Write
  readonly error: Write
}

const nothing = () => undefined

/** For tests, and for commands that speak for themselves. */
export const silentLog: Log = { debug: nothing, info: nothing, warn: nothing, error: nothing }
