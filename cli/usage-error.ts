/** The command was not understood; it ends with 2 and not with 1. */

export class UsageError extends Error {
  override readonly name = 'UsageError'
}
