/** Chooses what others are told of me. */
import { useId, useMemo } from 'preact/hooks'
import { PresenceMark } from '../buddies/presence-mark.tsx'
import type { PageModel } from '../model/page-model.ts'
import { FieldProblem } from './field-problem.tsx'
import { statusChoiceOf, statusChoices } from './my-statuses.ts'
import { createStatusWish } from './status-wish.ts'

export function StatusChoice({ model }: { readonly model: Pick<PageModel, 'me' | 'publish'> }) {
  const id = useId()
  const wish = useMemo(() => createStatusWish(model), [model])
  const current = statusChoiceOf(model.me.status.value)
  const choices = statusChoices(current)
  const shown = choices.find(({ key }) => key === wish.wanted.value) ?? current
  return (
    <div class="field">
      <label for={id}>Status</label>
      <div class="status-choice">
        <PresenceMark tone={shown.tone} />
        <select
          class="input"
          id={id}
          value={shown.key}
          onChange={(event) => void wish.choose(event.currentTarget.value)}
        >
          {choices.map(({ key, words }) => (
            <option key={key} value={key}>
              {words}
            </option>
          ))}
        </select>
      </div>
      <FieldProblem words={wish.problem.value} />
    </div>
  )
}
