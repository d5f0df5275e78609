/** Whether a new picture of mine waits for approval: asked when the page opens, and known of what was done here. */
import { useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import type { MyPicture } from '../model/page-model.ts'

interface HeldPicture {
  readonly isHeld: boolean
  /** It was stored here and waits, or waits no more. */
  readonly set: (isHeld: boolean) => void
  /** Another picture is announced: it may be the one that waited. */
  readonly mayHaveEnded: () => void
}

export function useHeldPicture(myPicture: MyPicture): HeldPicture {
  const isHeld = useSignal(false)
  /** What was done since counts, not the answer. */
  const steps = useRef(0)

  function ask(): void {
    const step = ++steps.current
    // Without an answer it is as before; nobody asked for it.
    myPicture.isWaiting().then(
      (waits) => {
        if (step === steps.current) isHeld.value = waits
      },
      () => undefined,
    )
  }

  useEffect(ask, [])
  return {
    isHeld: isHeld.value,
    set: (held) => {
      steps.current++
      isHeld.value = held
    },
    mayHaveEnded: () => {
      if (isHeld.peek()) ask()
    },
  }
}
