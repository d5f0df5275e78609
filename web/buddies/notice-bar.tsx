/** What was just done to the list, and how to undo it; or why it could not be done. */
import { useEffect, useRef } from 'preact/hooks'
import type { ListNotice } from './list-actions.ts'

export interface NoticeBarProps {
  readonly notice: ListNotice
  readonly onUndo: () => void
  readonly onDismiss: () => void
}

export function NoticeBar({ notice, onUndo, onDismiss }: NoticeBarProps) {
  const button = useRef<HTMLButtonElement>(null)
  useEffect(() => {
    // The row that had the focus is gone: what comes next is here.
    if (document.activeElement === document.body) button.current?.focus()
  }, [notice])
  return (
    <div class={notice.isProblem ? 'message message-error notice' : 'message notice'}>
      <p>{notice.words}</p>
      {notice.removed && (
        <button ref={button} type="button" class="button" onClick={onUndo}>
          Undo
        </button>
      )}
      <button
        type="button"
        class="button button-quiet button-icon"
        aria-label="Dismiss"
        onClick={onDismiss}
      >
        <span aria-hidden="true">✕</span>
      </button>
    </div>
  )
}
