/** Unreadable records: damaged, or written by a newer Visage. They are left as they are. */
import type { Log } from '../model/log.ts'

export class RecordUnreadable extends Error {
  override readonly name = 'RecordUnreadable'
  readonly key: string

  constructor(key: string, reason: string) {
    const printable = key.replaceAll('\0', ' ')
    super(`the record '${printable}' cannot be read: ${reason}`)
    this.key = printable
  }
}

/** What `read` gives, or `otherwise` when it meets an unreadable record, which is logged: the rest goes on. */
export function readableOr<T>(otherwise: T, log: Log, read: () => T): T {
  try {
    return read()
  } catch (error) {
    logUnreadable(error, log)
    return otherwise
  }
}

/** Throws whatever else the error is. */
export function logUnreadable(error: unknown, log: Log): void {
  if (!(error instanceof RecordUnreadable)) throw error
  log.error({ key: error.key }, error.message)
}
