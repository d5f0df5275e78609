/** What can be done with a contact. */
import { ActionMenu } from './action-menu.tsx'
import { HandlingItems } from './handling-items.tsx'
import type { ListState } from './list-state.ts'
import { MenuItem } from './menu-item.tsx'

export function BuddyMenu({ state }: { readonly state: ListState }) {
  const open = state.menu.value
  if (open === undefined) return null
  const { buddy, opener } = open
  return (
    <ActionMenu
      label={`Actions for ${buddy.name}`}
      opener={opener}
      onClose={() => {
        state.menu.value = undefined
      }}
    >
      <MenuItem
        words="Edit name and groups…"
        onChoose={() => {
          state.dialog.value = { edit: buddy }
        }}
      />
      <MenuItem
        words="Remove from my list"
        danger
        onChoose={() => void state.actions.remove(buddy)}
      />
      <hr class="menu-line" />
      <HandlingItems
        handling={buddy.handling}
        onDecide={(handling) => void state.actions.decide(buddy, handling)}
      />
    </ActionMenu>
  )
}
