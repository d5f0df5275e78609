/** The mark on a face that shows presence by shape and colour; the words beside it say the same. WCAG 2.2 §1.4.1. */
import type { Tone } from './activity-words.ts'

/** Disc, crescent, disc with a bar, ring, ring of dots: each can be told apart without its colour. */
const SHAPES: Readonly<Record<Tone, string>> = {
  online: 'M8 1a7 7 0 1 0 0 14A7 7 0 1 0 8 1Z',
  away: 'M7.3 1A7 7 0 1 0 15 8.7 5.6 5.6 0 0 1 7.3 1Z',
  busy: 'M8 1a7 7 0 1 0 0 14A7 7 0 1 0 8 1ZM4 6.7h8v2.6H4Z',
  offline: 'M8 1a7 7 0 1 0 0 14A7 7 0 1 0 8 1Zm0 2.6a4.4 4.4 0 1 1 0 8.8 4.4 4.4 0 1 1 0-8.8Z',
  pending:
    'M3 6.2a1.8 1.8 0 1 0 0 3.6 1.8 1.8 0 1 0 0-3.6Zm5 0a1.8 1.8 0 1 0 0 3.6 1.8 1.8 0 1 0 0-3.6Zm5 0a1.8 1.8 0 1 0 0 3.6 1.8 1.8 0 1 0 0-3.6Z',
}

export function PresenceMark({ tone }: { readonly tone: Tone }) {
  return (
    <svg class={`presence-mark presence-${tone}`} viewBox="0 0 16 16" aria-hidden="true">
      <path d={SHAPES[tone]} fill="currentColor" fill-rule="evenodd" />
    </svg>
  )
}
