/** The groups that a contact is in, each with a box to tick. */
import type { Signal } from '@preact/signals'
import { useId } from 'preact/hooks'

export interface GroupBoxesProps {
  readonly names: readonly string[]
  readonly chosen: Signal<ReadonlySet<string>>
  readonly problem: string | undefined
}

export function GroupBoxes({ names, chosen, problem }: GroupBoxesProps) {
  const id = useId()
  if (names.length === 0) return null
  return (
    <fieldset class="group-boxes" aria-describedby={problem && id}>
      <legend>Groups</legend>
      {names.map((name) => (
        <label key={name} class="check">
          <input
            type="checkbox"
            checked={chosen.value.has(name)}
            onChange={(event) => {
              const others = [...chosen.value].filter((one) => one !== name)
              chosen.value = new Set(event.currentTarget.checked ? [...others, name] : others)
            }}
          />
          {name}
        </label>
      ))}
      {problem && (
        <p class="field-error" id={id} role="alert">
          {problem}
        </p>
      )}
    </fieldset>
  )
}
