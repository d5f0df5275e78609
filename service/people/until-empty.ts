/** Waits until others have ended what they look after: it is read again and again, ever more slowly. */
import type { Clock } from '../../core/model/clock.ts'

/** Milliseconds until it is read again; each time half as long again. */
const FIRST_PAUSE = 50

/** Gives what is left when the patience is at its end. */
export async function untilEmpty<T>({
  read,
  isEmpty,
  clock,
  patience,
}: {
  read: () => Promise<T>
  isEmpty: (found: T) => boolean
  clock: Pick<Clock, 'after'>
  /** Milliseconds. */
  patience: number
}): Promise<T> {
  let waited = 0
  let pause = FIRST_PAUSE
  for (;;) {
    const found = await read()
    if (isEmpty(found) || waited >= patience) return found
    await new Promise<void>((resolve) => clock.after(pause, resolve))
    waited += pause
    pause *= 1.5
  }
}
