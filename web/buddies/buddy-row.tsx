/** One contact: picture, presence, name, note. It alone is drawn again when something of it changes. */
import type { ReadonlySignal } from '@preact/signals'
import type { PageModel } from '../model/page-model.ts'
import { Face } from './face.tsx'
import { PresenceMark } from './presence-mark.tsx'
import { statusWords } from './status-words.ts'

export interface BuddyRowProps {
  readonly address: string
  readonly name: string
  readonly model: PageModel
  readonly attempts: ReadonlySignal<number>
  readonly onMenu: (address: string, opener: HTMLButtonElement) => void
}

export function BuddyRow({ address, name, model, attempts, onMenu }: BuddyRowProps) {
  const presence = model.presenceOf(address).value
  const { tone, words } = statusWords(presence, { address, name })
  const isGone = tone === 'offline' || tone === 'pending'
  return (
    <li class={isGone ? 'person buddy buddy-gone' : 'person buddy'}>
      <span class="face-place">
        <Face address={address} name={name} icon={presence.icon} attempts={attempts} />
        <PresenceMark tone={tone} />
      </span>
      <div class="person-words">
        <p class="person-name">{name}</p>
        <p class="person-status">{words}</p>
        {presence.note && (
          <p class="person-note" title={presence.note}>
            {presence.note}
          </p>
        )}
      </div>
      <button
        type="button"
        class="button button-quiet button-icon"
        aria-label={`Actions for ${name}`}
        aria-haspopup="menu"
        aria-expanded="false"
        onClick={(event) => {
          onMenu(address, event.currentTarget)
        }}
      >
        <span aria-hidden="true">⋯</span>
      </button>
    </li>
  )
}
