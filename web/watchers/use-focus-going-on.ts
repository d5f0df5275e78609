/** When the card that has the focus goes, the focus goes on to the next one, or else to who watches me. */
import type { RefObject } from 'preact'
import { useLayoutEffect, useRef } from 'preact/hooks'

export function useFocusGoingOn(): RefObject<HTMLLIElement | null> {
  const card = useRef<HTMLLIElement>(null)
  useLayoutEffect(() => {
    const element = card.current
    return () => {
      if (!element?.contains(document.activeElement)) return
      const next = document.querySelectorAll<HTMLElement>('.request button, #watchers-title')
      const other = [...next].find((one) => !element.contains(one))
      // After the card is out of the document, or the browser would take the focus away again.
      queueMicrotask(() => other?.focus())
    }
  }, [])
  return card
}
