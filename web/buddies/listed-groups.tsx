/** The groups that the filter leaves, or why there are none. */
import { useCallback } from 'preact/hooks'
import type { PageModel } from '../model/page-model.ts'
import { GroupSection } from './group-section.tsx'
import type { ListState } from './list-state.ts'
import { buddyAt } from './listed-people.ts'
import { usePictureAttempts } from './picture-attempts.ts'

export interface ListedGroupsProps {
  readonly model: PageModel
  readonly state: ListState
}

export function ListedGroups({ model, state }: ListedGroupsProps) {
  const attempts = usePictureAttempts(model.connection)
  const onMenu = useCallback(
    (address: string, opener: HTMLButtonElement) => {
      // The open menu's own button closes it.
      if (state.menu.value?.opener === opener) return
      const buddy = buddyAt(model.groups.peek(), address)
      if (buddy) state.menu.value = { buddy, opener }
    },
    [model, state],
  )
  const all = model.groups.value
  if (all === undefined) return <p class="soft">Fetching your contacts…</p>
  if (all.every(({ buddies }) => buddies.length === 0)) return <NobodyYet />
  const isFiltered = state.typed.value.trim() !== ''
  return (
    <div onKeyDown={moveAmongRows}>
      <a class="skip-list" href="#watchers-title">
        Skip the list
      </a>
      {(state.shown.value ?? [])
        .filter(({ buddies }) => buddies.length > 0)
        .map((group) => (
          <GroupSection
            key={group.name}
            group={group}
            title={group.name || (all.length === 1 ? 'All' : 'Others')}
            // What was found is shown, whatever was folded before.
            isFolded={!isFiltered && state.folded.value.has(group.name)}
            onFold={(name) => {
              state.fold(name)
            }}
            model={model}
            attempts={attempts}
            onMenu={onMenu}
          />
        ))}
    </div>
  )
}

function NobodyYet() {
  return (
    <div class="nobody">
      <p class="nobody-title">Nobody is on your list yet.</p>
      <p class="soft">
        Add people by their address to see their picture and whether they are free.
      </p>
    </div>
  )
}

/** The arrow keys go from row to row, so that a long list needs no hundred tabs. */
function moveAmongRows(event: KeyboardEvent & { currentTarget: HTMLElement }): void {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
  if (step === undefined || !(event.target instanceof HTMLButtonElement)) return
  const buttons = [...event.currentTarget.querySelectorAll('button')]
  const next = buttons[buttons.indexOf(event.target) + step]
  if (!next) return
  event.preventDefault()
  next.focus()
}
