/** How far the picture is on its way, and how to stop it. */
import { useComputed } from '@preact/signals'
import { useEffect, useId, useRef } from 'preact/hooks'
import type { PictureTask } from './picture-task.ts'
import { RoundPreview } from './round-preview.tsx'

export function SendingView({ task }: { readonly task: PictureTask }) {
  const id = useId()
  const cancel = useRef<HTMLButtonElement>(null)
  const isStoring = useComputed(() => task.sent.value >= 1).value
  useEffect(() => {
    cancel.current?.focus()
  }, [])
  return (
    <>
      <div class="sending">
        <RoundPreview task={task} side={96} />
        <p id={id} role="status">
          {isStoring ? 'Storing your picture…' : 'Sending your picture…'}
        </p>
        {/* Without a value it only says that something is under way. HTML §4.10.13 */}
        <progress aria-labelledby={id} {...(isStoring ? {} : { value: task.sent.value })} />
      </div>
      <div class="dialog-foot">
        <button ref={cancel} type="button" class="button" onClick={task.stop}>
          Cancel
        </button>
      </div>
    </>
  )
}
