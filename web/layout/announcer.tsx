/** Says things to a screen reader that nobody sees appear, one after the other and politely. WAI-ARIA 1.2 `status`. */
import { signal } from '@preact/signals'

const said = signal('')

export function announce(words: string): void {
  // The same words twice are read out twice only when the text differs.
  said.value = said.value === words ? `${words}\u00a0` : words
}

export function Announcer() {
  return (
    <div class="visually-hidden" role="status">
      {said}
    </div>
  )
}
