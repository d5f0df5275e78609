/** How far the picture is on its way, and how to stop it; that it waits for approval when it does. */
import { useComputed } from '@preact/signals'
import { useEffect, useId, useRef } from 'preact/hooks'
import type { PictureTask } from './picture-task.ts'
import { RoundPreview } from './round-preview.tsx'

const WAITS =
  'Your picture waits for an administrator. Others see it when it is approved, and until then what they saw before.'

export function SendingView({
  task,
  onClose,
}: {
  readonly task: PictureTask
  readonly onClose: () => void
}) {
  const id = useId()
  const button = useRef<HTMLButtonElement>(null)
  const isWaiting = task.stage.value === 'waiting'
  const isStoring = useComputed(() => task.sent.value >= 1).value
  useEffect(() => {
    button.current?.focus()
  }, [])
  return (
    <>
      <div class="sending">
        <RoundPreview task={task} side={96} />
        {/* It stays while its words change: that is when they are read out. */}
        <p id={id} role="status">
          {isWaiting ? WAITS : isStoring ? 'Storing your picture…' : 'Sending your picture…'}
        </p>
        {/* Without a value it only says that something is under way. HTML §4.10.13 */}
        {!isWaiting && (
          <progress aria-labelledby={id} {...(isStoring ? {} : { value: task.sent.value })} />
        )}
      </div>
      <div class="dialog-foot">
        <button ref={button} type="button" class="button" onClick={isWaiting ? onClose : task.stop}>
          {isWaiting ? 'Done' : 'Cancel'}
        </button>
      </div>
    </>
  )
}
