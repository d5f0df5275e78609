/** Opens the chooser of the system for one picture. */
import { useEffect, useRef } from 'preact/hooks'

export function FileButton({ onFile }: { readonly onFile: (file: File) => void }) {
  const input = useRef<HTMLInputElement>(null)
  const button = useRef<HTMLButtonElement>(null)
  useEffect(() => {
    button.current?.focus()
  }, [])
  return (
    <>
      <button
        ref={button}
        type="button"
        class="button button-primary"
        onClick={() => {
          input.current?.click()
        }}
      >
        Choose a file
      </button>
      <input
        ref={input}
        type="file"
        accept="image/*"
        hidden
        onChange={({ currentTarget }) => {
          const file = currentTarget.files?.[0]
          // The same file can be chosen again.
          currentTarget.value = ''
          if (file) onFile(file)
        }}
      />
    </>
  )
}
