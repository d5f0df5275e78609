/** Somebody who watches me, and the button that changes what they may see. */
import type { ReadonlySignal } from '@preact/signals'
import { Face } from '../buddies/face.tsx'
import type { PageModel, SeenWatcher } from '../model/page-model.ts'
import { watcherWords } from './watcher-words.ts'

export interface WatcherRowProps {
  readonly model: PageModel
  readonly watcher: SeenWatcher
  /** Then their picture is known. */
  readonly isContact: boolean
  readonly attempts: ReadonlySignal<number>
  readonly onMenu: (opener: HTMLButtonElement) => void
}

export function WatcherRow({ model, watcher, isContact, attempts, onMenu }: WatcherRowProps) {
  const { address, name } = watcher
  const icon = isContact ? model.presenceOf(address).value.icon : null
  const { watching, standing } = watcherWords(watcher)
  return (
    <li class="person watcher">
      <Face address={address} name={name} icon={icon} attempts={attempts} />
      <div class="person-words">
        <p class="person-name">{name}</p>
        <p class="person-status">{standing}</p>
        <p class="person-status">{watching}</p>
      </div>
      <button
        type="button"
        class="button button-quiet button-icon"
        aria-label={`Change what ${name} may see`}
        aria-haspopup="menu"
        aria-expanded="false"
        onClick={(event) => {
          onMenu(event.currentTarget)
        }}
      >
        <span aria-hidden="true">⋯</span>
      </button>
    </li>
  )
}
