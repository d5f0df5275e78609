/** What is wrong with a field of the card, as soon as it is. */
export function FieldProblem({
  id,
  words,
}: {
  readonly id?: string
  readonly words?: string | undefined
}) {
  if (words === undefined) return null
  return (
    <p class="field-error" id={id} role="alert">
      {words}
    </p>
  )
}
