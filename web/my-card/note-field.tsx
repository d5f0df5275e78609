/** My note: Enter or leaving the field saves it, Esc takes back what was typed. RFC 3863 §4.1.6. */
import { useId, useMemo } from 'preact/hooks'
import { announce } from '../layout/announcer.tsx'
import type { PageModel } from '../model/page-model.ts'
import { FieldProblem } from './field-problem.tsx'
import { createNoteDraft } from './note-draft.ts'

/** Characters: a note is read in one line of a list. */
const LONGEST = 200

export function NoteField({ model }: { readonly model: Pick<PageModel, 'me' | 'publish'> }) {
  const id = useId()
  const draft = useMemo(() => createNoteDraft({ model, onSaved }), [model])
  const problem = draft.problem.value
  return (
    <div class="field">
      <label for={id}>Note</label>
      <input
        class="input"
        id={id}
        value={draft.typed.value ?? model.me.status.value.note}
        maxLength={LONGEST}
        placeholder="What are you up to?"
        autocomplete="off"
        enterkeyhint="done"
        aria-invalid={problem !== undefined}
        aria-describedby={problem === undefined ? undefined : `${id}-problem`}
        onInput={(event) => {
          draft.type(event.currentTarget.value)
        }}
        onBlur={() => void draft.save()}
        onKeyDown={(event) => {
          // Enter ends the composing of a character, too.
          if (event.key === 'Enter' && !event.isComposing) void draft.save()
          if (event.key === 'Escape') draft.undo()
        }}
      />
      <FieldProblem id={`${id}-problem`} words={problem} />
    </div>
  )
}

function onSaved(): void {
  announce('Note saved')
}
