/** A menu of actions beside the button that opened it: arrow keys, Esc, and the focus goes back. WAI-ARIA APG, Menu Button. */
import type { ComponentChildren } from 'preact'
import { useLayoutEffect, useRef } from 'preact/hooks'
import { nextItem } from './next-item.ts'
import './action-menu.css'

export interface ActionMenuProps {
  readonly label: string
  readonly opener: HTMLButtonElement
  /** Called when it is closed; whoever shows the menu then leaves it out. */
  readonly onClose: () => void
  readonly children: ComponentChildren
}

export function ActionMenu({ label, opener, onClose, children }: ActionMenuProps) {
  const place = useRef<HTMLDivElement>(null)
  useLayoutEffect(() => (place.current ? openBeside(place.current, opener) : undefined), [opener])
  return (
    <div
      ref={place}
      class="action-menu"
      popover="auto"
      role="menu"
      aria-label={label}
      onToggle={({ newState }) => {
        if (newState === 'closed') onClose()
      }}
      onKeyDown={(event) => {
        // Tab leaves a menu, which is then no longer there.
        if (event.key === 'Tab') place.current?.hidePopover()
        const items = itemsOf(event.currentTarget)
        const next = nextItem(event.key, items.findIndex(isFocused), items.length)
        if (next === undefined) return
        event.preventDefault()
        items[next]?.focus()
      }}
    >
      {children}
    </div>
  )
}

/** Gives what closes it. */
function openBeside(menu: HTMLElement, opener: HTMLButtonElement): () => void {
  const close = (event: Event) => {
    if (event.target !== menu) menu.hidePopover()
  }
  menu.showPopover()
  placeBeside(menu, opener.getBoundingClientRect())
  itemsOf(menu)[0]?.focus({ preventScroll: true })
  opener.setAttribute('aria-expanded', 'true')
  // A second click on the button closes the menu instead of opening it again, and so does scrolling; the first click is
  // still under way, and what was scrolled before it is told with the next frame.
  const afterTheClick = requestAnimationFrame(() => {
    opener.popoverTargetElement = menu
    document.addEventListener('scroll', close, { capture: true, passive: true })
  })
  return () => {
    document.removeEventListener('scroll', close, { capture: true })
    opener.setAttribute('aria-expanded', 'false')
    cancelAnimationFrame(afterTheClick)
    opener.popoverTargetElement = null
    // Safari does not focus a button that is clicked, and so does not come back to it.
    const isFocusLost = document.activeElement === document.body
    if (isFocusLost && opener.isConnected) opener.focus({ preventScroll: true })
  }
}

const GAP = 4
const MARGIN = 8

/** Below the button or above it, where there is more room, and never on it: a second click must not choose. */
function placeBeside(menu: HTMLElement, button: DOMRect): void {
  const { offsetWidth: width, offsetHeight: height } = menu
  const roomBelow = window.innerHeight - button.bottom - GAP - MARGIN
  const roomAbove = button.top - GAP - MARGIN
  const isBelow = height <= roomBelow || roomBelow >= roomAbove
  const shown = Math.min(height, isBelow ? roomBelow : roomAbove)
  const left = Math.min(button.right - width, window.innerWidth - MARGIN - width)
  menu.style.maxHeight = `${shown}px`
  menu.style.top = `${isBelow ? button.bottom + GAP : button.top - GAP - shown}px`
  menu.style.left = `${Math.max(MARGIN, left)}px`
}

function itemsOf(menu: HTMLElement): HTMLElement[] {
  return [...menu.querySelectorAll<HTMLElement>('[role^="menuitem"]')]
}

function isFocused(item: HTMLElement): boolean {
  return item === document.activeElement
}
