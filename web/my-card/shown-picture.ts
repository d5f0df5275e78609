/** My picture as the card shows it: what I have just stored or removed, until presence tells of it. */
import { useSignal, useSignalEffect, type ReadonlySignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'

export interface ShownPicture {
  /** Null: I have none. */
  readonly icon: string | null
  /** Undefined: it was removed. */
  readonly replace: (icon: Blob | undefined) => void
  /** A new one waits for approval, as far as this page knows: it is not asked for when the page opens. */
  readonly isHeld: boolean
  readonly hold: () => void
}

export function useShownPicture(announced: ReadonlySignal<string | undefined>): ShownPicture {
  const heard = useRef(announced.peek())
  /** Undefined: what is announced counts. */
  const own = useSignal<string | null | undefined>(undefined)

  const isHeld = useSignal(false)

  function show(icon: string | null | undefined): void {
    const before = own.peek()
    if (before) URL.revokeObjectURL(before)
    own.value = icon
  }

  useSignalEffect(() => {
    // Whatever it is, it is newer than what was done here.
    if (announced.value !== heard.current) show(undefined)
    heard.current = announced.value
    show(undefined)
  })
  useEffect(
    () => () => {
      show(undefined)
    },
    [],
  )
  return {
    icon: own.value === undefined ? (announced.value ?? null) : own.value,
    isHeld: isHeld.value,
    hold: () => {
      isHeld.value = true
    },
    replace: (icon) => {
      isHeld.value = false
      show(icon ? URL.createObjectURL(icon) : null)
    },
  }
}
