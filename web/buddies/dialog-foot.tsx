/** The end of a form in a dialog: what the server refused, and the two buttons. */
import { Problem } from './problem.tsx'
import type { Action } from './use-action.ts'

export interface DialogFootProps {
  readonly verb: string
  readonly action: Action
  readonly onCancel: () => void
}

export function DialogFoot({ verb, action, onCancel }: DialogFootProps) {
  return (
    <>
      <Problem words={action.problem} />
      <div class="dialog-foot">
        <button type="button" class="button" onClick={onCancel}>
          Cancel
        </button>
        <button type="submit" class="button button-primary" aria-disabled={action.isUnderWay}>
          {action.isUnderWay ? 'One moment…' : verb}
        </button>
      </div>
    </>
  )
}
