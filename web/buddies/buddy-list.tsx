/** My contacts in their groups, live. */
import { useEffect, useMemo, useRef } from 'preact/hooks'
import { announce } from '../layout/announcer.tsx'
import type { PageModel } from '../model/page-model.ts'
import { AddContact } from './add-contact.tsx'
import { BuddyMenu } from './buddy-menu.tsx'
import { EditContact } from './edit-contact.tsx'
import { FilterField } from './filter-field.tsx'
import { createListState, type ListState } from './list-state.ts'
import { ListedGroups } from './listed-groups.tsx'
import { NoticeBar } from './notice-bar.tsx'
import './buddies.css'

export function BuddyList({ model }: { readonly model: PageModel }) {
  const state = useMemo(() => createListState({ model, announce }), [model])
  const heading = useRef<HTMLHeadingElement>(null)
  const hasNone = model.groups.value?.every(({ buddies }) => buddies.length === 0) ?? true
  return (
    <section class="card buddies" aria-labelledby="buddies-title">
      <div class="buddies-head">
        <h2 id="buddies-title" ref={heading} tabIndex={-1}>
          Contacts
        </h2>
        <button
          type="button"
          class="button button-primary"
          onClick={() => {
            state.dialog.value = 'add'
          }}
        >
          Add contact
        </button>
      </div>
      <Notice state={state} onGone={() => heading.current?.focus()} />
      {!hasNone && <FilterField state={state} />}
      <ListedGroups model={model} state={state} />
      <BuddyMenu state={state} />
      <OpenDialog model={model} state={state} onFocusLost={() => heading.current?.focus()} />
    </section>
  )
}

function Notice({ state, onGone }: { readonly state: ListState; readonly onGone: () => void }) {
  const notice = state.notice.value
  return (
    <div class="buddies-status" role="status">
      {notice && (
        <NoticeBar
          notice={notice}
          onUndo={() => {
            onGone()
            void state.actions.undo()
          }}
          onDismiss={() => {
            onGone()
            state.notice.value = undefined
          }}
        />
      )}
    </div>
  )
}

interface OpenDialogProps {
  readonly model: PageModel
  readonly state: ListState
  /** The row that opened it is gone. */
  readonly onFocusLost: () => void
}

function OpenDialog({ model, state, onFocusLost }: OpenDialogProps) {
  const dialog = state.dialog.value
  const wasOpen = useRef(false)
  useEffect(() => {
    const isClosed = dialog === undefined && wasOpen.current
    wasOpen.current = dialog !== undefined
    if (isClosed && document.activeElement === document.body) onFocusLost()
  }, [dialog])
  const close = () => {
    state.dialog.value = undefined
  }
  if (dialog === undefined) return null
  if (dialog === 'add') return <AddContact model={model} onClose={close} />
  return <EditContact model={model} buddy={dialog.edit} onClose={close} />
}
