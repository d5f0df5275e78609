/** Takes the picture; gets the focus as soon as it can be used, so that Enter is enough. */
import { useEffect, useRef } from 'preact/hooks'

export interface TakeButtonProps {
  readonly isReady: boolean
  readonly onTake: () => Promise<void>
}

export function TakeButton({ isReady, onTake }: TakeButtonProps) {
  const button = useRef<HTMLButtonElement>(null)
  useEffect(() => {
    if (isReady) button.current?.focus()
  }, [isReady])
  return (
    <button
      ref={button}
      type="button"
      class="button button-primary"
      disabled={!isReady}
      onClick={() => void onTake()}
    >
      Take picture
    </button>
  )
}
