/** The status that I have just chosen, until it is told. */
import { signal, type ReadonlySignal } from '@preact/signals'
import { problemWords } from '../buddies/use-action.ts'
import type { PageModel } from '../model/page-model.ts'
import { statusFor } from './my-statuses.ts'

export interface StatusWish {
  /** Key of the choice; undefined: what is told counts. */
  readonly wanted: ReadonlySignal<string | undefined>
  readonly problem: ReadonlySignal<string | undefined>
  readonly choose: (key: string) => Promise<void>
}

export function createStatusWish(model: Pick<PageModel, 'me' | 'publish'>): StatusWish {
  const wanted = signal<string>()
  const problem = signal<string>()
  return {
    wanted,
    problem,
    choose: async (key) => {
      wanted.value = key
      problem.value = undefined
      try {
        await model.publish(statusFor(key, model.me.status.peek().note))
      } catch (error) {
        problem.value = problemWords(error)
      }
      // Unless something else was chosen meanwhile.
      if (wanted.peek() === key) wanted.value = undefined
    },
  }
}
