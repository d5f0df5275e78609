/** What had the focus is gone: the focus goes on to what stays. WCAG 2.2 §2.4.3 */
import type { RefObject } from 'preact'
import { useEffect, useRef } from 'preact/hooks'

/** `isThere`: what is going to be removed by a person's own hand. */
export function useFocusAfter(isThere: boolean, next: RefObject<HTMLElement | null>): void {
  const wasThere = useRef(isThere)
  useEffect(() => {
    const isLost = wasThere.current && !isThere && document.activeElement === document.body
    if (isLost) next.current?.focus({ preventScroll: true })
    wasThere.current = isThere
  }, [isThere])
}
