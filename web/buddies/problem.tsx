/** Why something could not be done, said at once. WAI-ARIA 1.2 `alert`. */

export function Problem({ words }: { readonly words: string | undefined }) {
  if (words === undefined) return null
  return (
    <p class="message message-error" role="alert">
      {words}
    </p>
  )
}
