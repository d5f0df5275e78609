/** A field with its label, a hint, and what is wrong with what was typed. */
import { useEffect, useId, useRef } from 'preact/hooks'

export interface TextFieldProps {
  readonly label: string
  readonly value: string
  readonly onType: (typed: string) => void
  readonly hint?: string
  readonly problem?: string | undefined
  /** Offered while typing. */
  readonly choices?: readonly string[]
  readonly isFirst?: boolean
  readonly inputMode?: 'email'
}

export function TextField(props: TextFieldProps) {
  const { label, value, onType, hint, problem, choices, isFirst = false, inputMode } = props
  const id = useId()
  const input = useRef<HTMLInputElement>(null)
  useEffect(() => {
    if (problem !== undefined) input.current?.focus()
  }, [problem])
  const notes = [hint && `${id}-hint`, problem && `${id}-problem`].filter(Boolean).join(' ')
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <input
        ref={input}
        class="input"
        id={id}
        value={value}
        autofocus={isFirst}
        autocomplete="off"
        autocapitalize={inputMode && 'none'}
        spellcheck={false}
        maxLength={LONGEST}
        inputMode={inputMode}
        aria-invalid={problem !== undefined}
        aria-describedby={notes === '' ? undefined : notes}
        list={choices && `${id}-choices`}
        onInput={(event) => {
          onType(event.currentTarget.value)
        }}
      />
      <Notes id={id} hint={hint} problem={problem} />
      {choices && (
        <datalist id={`${id}-choices`}>
          {choices.map((choice) => (
            <option key={choice} value={choice} />
          ))}
        </datalist>
      )}
    </div>
  )
}

interface NotesProps {
  readonly id: string
  readonly hint: string | undefined
  readonly problem: string | undefined
}

function Notes({ id, hint, problem }: NotesProps) {
  return (
    <>
      {hint && (
        <p class="field-hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      {problem && (
        <p class="field-error" id={`${id}-problem`} role="alert">
          {problem}
        </p>
      )}
    </>
  )
}

/** As the longest address that is understood. */
const LONGEST = 1000
