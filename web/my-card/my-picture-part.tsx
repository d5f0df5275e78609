/** My picture on the card, with what can be done to it. */
import { useRef } from 'preact/hooks'
import { Face } from '../buddies/face.tsx'
import { usePictureAttempts } from '../buddies/picture-attempts.ts'
import type { PageModel } from '../model/page-model.ts'
import { useFocusAfter } from './lost-focus.ts'

export interface MyPicturePartProps {
  readonly model: Pick<PageModel, 'me' | 'connection'>
  readonly icon: string | null
  /** A new one waits for approval. */
  readonly isHeld: boolean
  readonly onChange: () => void
  readonly onRemove: () => void
}

export function MyPicturePart({ model, icon, isHeld, onChange, onRemove }: MyPicturePartProps) {
  const attempts = usePictureAttempts(model.connection)
  const { address, name } = model.me
  const changeButton = useRef<HTMLButtonElement>(null)
  const isRemovable = icon !== null || isHeld
  // The button that removes the picture goes with it.
  useFocusAfter(isRemovable, changeButton)
  return (
    <div class="my-picture">
      <Face address={address} name={name.value} icon={icon} attempts={attempts} />
      <div class="my-name">
        <h2>{name}</h2>
        <p class="soft small">{address.replace(/^sips?:/, '')}</p>
        {isHeld && <p class="soft small">Your new picture waits for approval.</p>}
      </div>
      <div class="button-row my-picture-buttons">
        <button
          ref={changeButton}
          type="button"
          class="button"
          onClick={() => {
            onChange()
          }}
        >
          Change picture
        </button>
        {isRemovable && (
          <button
            type="button"
            class="button button-quiet"
            aria-label="Remove picture"
            onClick={onRemove}
          >
            Remove
          </button>
        )}
      </div>
    </div>
  )
}
