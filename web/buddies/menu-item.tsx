/** One action of a menu. WAI-ARIA 1.2 `menuitem`, `menuitemradio`. */

export interface MenuItemProps {
  readonly words: string
  readonly meaning?: string
  /** Given: one of several of which at most one is chosen. */
  readonly chosen?: boolean
  readonly danger?: boolean
  readonly onChoose: () => void
}

export function MenuItem({ words, meaning, chosen, danger = false, onChoose }: MenuItemProps) {
  return (
    <button
      type="button"
      class={danger ? 'menu-item menu-item-danger' : 'menu-item'}
      tabIndex={-1}
      {...(chosen === undefined
        ? { role: 'menuitem' as const }
        : { role: 'menuitemradio' as const, 'aria-checked': chosen })}
      onClick={(event) => {
        // Closed first: the focus is back where it was when a dialog remembers it.
        event.currentTarget.closest<HTMLElement>('[popover]')?.hidePopover()
        onChoose()
      }}
    >
      <span>{words}</span>
      {meaning !== undefined && <span class="menu-item-meaning">{meaning}</span>}
    </button>
  )
}
