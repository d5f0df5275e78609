/** Says what went wrong, as soon as it does. WAI-ARIA 1.2 `alert`. */
import type { ReadonlySignal } from '@preact/signals'
import type { Trouble } from './picture-state.ts'

export function TroubleMessage({
  trouble,
}: {
  readonly trouble: ReadonlySignal<Trouble | undefined>
}) {
  if (!trouble.value) return null
  return (
    <p class="message message-error" role="alert">
      {trouble.value.words}
    </p>
  )
}
