/** The field that narrows the list down, and how many it left. */
import type { ListState } from './list-state.ts'

export function FilterField({ state }: { readonly state: ListState }) {
  const typed = state.typed.value
  const count = (state.shown.value ?? []).reduce((sum, { buddies }) => sum + buddies.length, 0)
  return (
    <search class="filter">
      <input
        type="search"
        class="input"
        aria-label="Find a contact"
        placeholder="Find a contact"
        autocomplete="off"
        spellcheck={false}
        value={typed}
        onInput={(event) => {
          state.typed.value = event.currentTarget.value
        }}
      />
      <p class={count === 0 ? 'filter-found soft' : 'visually-hidden'} role="status">
        {typed.trim() && foundWords(count, typed.trim())}
      </p>
    </search>
  )
}

function foundWords(count: number, typed: string): string {
  if (count === 0) return `Nobody on your list is called “${typed}”.`
  return count === 1 ? '1 contact found' : `${count} contacts found`
}
