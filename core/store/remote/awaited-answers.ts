/** Who waits for which answer of the owner of the store. */
import { StoreUnavailable } from '../../model/store-unavailable.ts'
import { errorOf } from './failure.ts'
import type { Answer } from './store-messages.ts'

export interface AwaitedAnswers {
  readonly newId: () => number
  /** Resolves with the answer to what `ask` asks under this number; rejects when there will be none. */
  readonly to: <T>(id: number, ask: () => void) => Promise<T>
  readonly take: (answer: AwaitedAnswer) => void
  /** Resolves when nobody waits. */
  readonly idle: () => Promise<void>
  /** From now on there are none. */
  readonly refuse: () => void
}

/** Of a stream. */
export interface Piece {
  readonly items: readonly unknown[]
  readonly isLast: boolean
}

type AwaitedAnswer = Exclude<Answer, readonly ['change' | 'shared', unknown]>

interface Waiting {
  readonly resolve: (value: unknown) => void
  readonly reject: (error: Error) => void
}

export function createAwaitedAnswers(): AwaitedAnswers {
  const waiting = new Map<number, Waiting>()
  let last = 0
  let isClosed = false
  let onIdle: (() => void) | undefined

  function end(id: number): Waiting | undefined {
    const found = waiting.get(id)
    waiting.delete(id)
    if (waiting.size === 0) onIdle?.()
    return found
  }

  return {
    newId: () => ++last,
    to: <T>(id: number, ask: () => void) =>
      new Promise<T>((resolve, reject) => {
        if (isClosed) {
          reject(gone())
          return
        }
        waiting.set(id, { resolve: resolve as Waiting['resolve'], reject })
        ask()
      }),
    take(answer) {
      const asked = end(answer[1])
      if (answer[0] === 'result') asked?.resolve(answer[2])
      else if (answer[0] === 'failure') asked?.reject(errorOf(answer[2]))
      else asked?.resolve({ items: answer[2], isLast: answer[3] } satisfies Piece)
    },
    idle: () =>
      new Promise((resolve) => {
        if (waiting.size === 0) resolve()
        else onIdle = resolve
      }),
    refuse() {
      isClosed = true
      for (const id of [...waiting.keys()]) end(id)?.reject(gone())
    },
  }
}

function gone(): StoreUnavailable {
  return new StoreUnavailable('closed', 'the process that has it open has gone')
}
