/** Writes that exclude each other run one after the other, in the order in which they came. RFC 4825 §5.6. */
import type { ApplicationUsage } from './application-usage.ts'

export function createOneByOne(): NonNullable<ApplicationUsage['oneByOne']> {
  let last: Promise<unknown> = Promise.resolve()
  return (write) => {
    const turn = last.then(write)
    // A write that failed keeps nobody behind it from trying.
    last = turn.catch(() => undefined)
    return turn
  }
}
