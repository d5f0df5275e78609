/** Rereading: what a store that others write to says takes the place of memory, unless memory has become newer meanwhile. */
import type { Turn } from '../turn-batch.ts'
import type { Turns } from '../turns.ts'

interface Rereading<T> {
  /** Another value whenever memory is another one. */
  readonly revision: () => unknown
  readonly read: () => Promise<T>
  /** Memory is to become what was read. */
  readonly take: (read: T, turn: Turn) => void
}

/** Everybody would have to change the same thing all the time. */
const MOST_ATTEMPTS = 20

/** Resolves when memory is what the store was after the call. Rejects with StoreUnavailable. */
export async function reread<T>(
  turns: Pick<Turns, 'add'>,
  { revision, read, take }: Rereading<T>,
): Promise<void> {
  for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
    await betweenTurns(turns)
    const before = revision()
    const found = await read()
    const isTaken = await new Promise((resolve) => {
      turns.add((turn) => {
        const isSame = revision() === before
        if (isSame) take(found, turn)
        resolve(isSame)
      })
    })
    if (isTaken) return
  }
  throw new Error('event state changes faster than it can be read')
}

/** What memory holds is in the store then, or in none of both. */
function betweenTurns(turns: Pick<Turns, 'add'>): Promise<void> {
  return new Promise((resolve) => {
    turns.add((turn) => {
      turn.answer(resolve, resolve)
    })
  })
}
