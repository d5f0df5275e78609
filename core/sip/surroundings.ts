/** What the stack is given by whoever starts it. */

export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number
  /** Runs `action` once, `milliseconds` from now; the result undoes it. */
  after(milliseconds: number, action: () => void): () => void
}

export interface Log {
  debug(fields: object, text: string): void
  info(fields: object, text: string): void
  warn(fields: object, text: string): void
  error(fields: object, text: string): void
}
