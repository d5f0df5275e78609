/** Shows or hides the page about me that everybody may see. */
import { useAction } from '../buddies/use-action.ts'
import type { PublicCard } from '../model/page-model.ts'
import { FieldProblem } from './field-problem.tsx'

export function PublicCardSwitch({ card }: { readonly card: PublicCard }) {
  const action = useAction()
  const shown = card.shown.value
  if (shown === undefined) return null
  return (
    <div>
      <label class="check">
        <input
          type="checkbox"
          checked={shown}
          disabled={action.isUnderWay}
          onChange={(event) => {
            const wanted = event.currentTarget.checked
            void action.run(() => card.show(wanted))
          }}
        />
        Public page with my name and picture
      </label>
      {shown && (
        <p class="small">
          <a href={card.path} target="_blank" rel="noreferrer">
            Open my public page
          </a>
        </p>
      )}
      <FieldProblem words={action.problem} />
    </div>
  )
}
