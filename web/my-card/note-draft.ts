/** What is typed as my note and not saved yet. */
import { signal, type ReadonlySignal } from '@preact/signals'
import { problemWords } from '../buddies/use-action.ts'
import type { PageModel } from '../model/page-model.ts'

export interface NoteDraft {
  /** Undefined: nothing was typed that is not saved. */
  readonly typed: ReadonlySignal<string | undefined>
  readonly problem: ReadonlySignal<string | undefined>
  readonly type: (text: string) => void
  /** What cannot be saved stays typed. */
  readonly save: () => Promise<void>
  readonly undo: () => void
}

export function createNoteDraft({
  model,
  onSaved,
}: {
  model: Pick<PageModel, 'me' | 'publish'>
  onSaved: () => void
}): NoteDraft {
  const typed = signal<string>()
  const problem = signal<string>()
  let saving: string | undefined

  async function save(): Promise<void> {
    const text = typed.peek()
    // Enter, and leaving the field right behind it, mean one and the same.
    if (text === undefined || text === saving) return
    saving = text
    const status = model.me.status.peek()
    const note = text.trim()
    problem.value = undefined
    try {
      if (note !== status.note) {
        await model.publish({ ...status, note })
        onSaved()
      }
      // What was typed since is not saved yet.
      if (typed.peek() === text) typed.value = undefined
    } catch (error) {
      problem.value = problemWords(error)
    } finally {
      if (saving === text) saving = undefined
    }
  }

  return {
    typed,
    problem,
    save,
    type: (text) => void (typed.value = text),
    undo: () => {
      typed.value = undefined
      problem.value = undefined
    },
  }
}
