/** My picture as the card shows it: what I have just stored or removed, until presence tells of it. */
import { useSignal, useSignalEffect } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import type { PageModel } from '../model/page-model.ts'
import { useHeldPicture } from './held-picture.ts'

export interface ShownPicture {
  /** Null: I have none. */
  readonly icon: string | null
  /** Undefined: it was removed. */
  readonly replace: (icon: Blob | undefined) => void
  /** A new one waits for approval. */
  readonly isHeld: boolean
  readonly hold: () => void
}

export function useShownPicture({
  me: { icon: announced },
  myPicture,
}: Pick<PageModel, 'me' | 'myPicture'>): ShownPicture {
  const heard = useRef(announced.peek())
  /** Undefined: what is announced counts. */
  const own = useSignal<string | null | undefined>(undefined)
  const held = useHeldPicture(myPicture)

  function show(icon: string | null | undefined): void {
    const before = own.peek()
    if (before) URL.revokeObjectURL(before)
    own.value = icon
  }

  useSignalEffect(() => {
    if (announced.value !== heard.current) held.mayHaveEnded()
    heard.current = announced.value
    // Whatever it is, it is newer than what was done here.
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
    isHeld: held.isHeld,
    hold: () => {
      held.set(true)
    },
    replace: (icon) => {
      held.set(false)
      show(icon ? URL.createObjectURL(icon) : null)
    },
  }
}
