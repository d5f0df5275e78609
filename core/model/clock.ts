/** Time as an argument: the system's clock in the service, a stepped one in tests. */

/** Undoes what `after` arranged; harmless when it has already happened. */
export type Cancel = () => void

export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number
  /** Runs `action` once, `milliseconds` from now. Does not keep the process alive. */
  after(milliseconds: number, action: () => void): Cancel
}
