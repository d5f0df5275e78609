/** Asks once more before my pictures are removed. */
import { useAction } from '../buddies/use-action.ts'
import { Dialog } from '../layout/dialog.tsx'
import type { MyPicture } from '../model/page-model.ts'

export interface RemovePictureProps {
  readonly myPicture: MyPicture
  readonly onRemoved: () => void
  readonly onClose: () => void
}

export function RemovePicture({ myPicture, onRemoved, onClose }: RemovePictureProps) {
  const action = useAction()

  async function remove(): Promise<void> {
    if (await action.run(() => myPicture.removeAll())) onRemoved()
  }

  return (
    <Dialog title="Remove your picture?" onClose={onClose}>
      <p>
        Others will see your initials instead. Older pictures that are stored for you, and one that
        waits for approval, are removed as well, so that none of them comes back.
      </p>
      {action.problem !== undefined && (
        <p class="message message-error" role="alert">
          {action.problem}
        </p>
      )}
      <div class="dialog-foot">
        <button type="button" class="button" onClick={onClose}>
          Keep it
        </button>
        <button
          type="button"
          class="button button-danger"
          disabled={action.isUnderWay}
          onClick={() => void remove()}
        >
          Remove picture
        </button>
      </div>
    </Dialog>
  )
}
