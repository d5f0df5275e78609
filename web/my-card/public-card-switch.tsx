/** Shows or hides the page about me that everybody may see. */
import { useState } from 'preact/hooks'
import { useAction } from '../buddies/use-action.ts'
import type { PublicCard } from '../model/page-model.ts'
import { FieldProblem } from './field-problem.tsx'

export interface PublicCardSwitchProps {
  readonly card: PublicCard
  /** Without one there is nothing to show. */
  readonly hasPicture: boolean
}

export function PublicCardSwitch({ card, hasPicture }: PublicCardSwitchProps) {
  const action = useAction()
  /** Shown as wanted while it is being stored. */
  const [wanted, setWanted] = useState<boolean>()
  const shown = card.shown.value
  if (shown === undefined) return null

  async function change(to: boolean): Promise<void> {
    setWanted(to)
    await action.run(() => card.show(to))
    setWanted(undefined)
  }

  return (
    <div>
      <label class="check">
        <input
          type="checkbox"
          checked={wanted ?? shown}
          onChange={(event) => void change(event.currentTarget.checked)}
        />
        Public page with my name and picture
      </label>
      {shown && !hasPicture && <p class="soft small">It is there once you have a picture.</p>}
      {shown && hasPicture && (
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
