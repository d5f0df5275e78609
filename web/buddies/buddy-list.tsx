/** My contacts in their groups, live. */
import { useMemo, useRef } from 'preact/hooks'
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
  const state = useMemo(() => createListState(model), [model])
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
      <OpenDialog model={model} state={state} />
    </section>
  )
}

function Notice({ state, onGone }: { readonly state: ListState; readonly onGone: () => void }) {
  const notice = state.notice.value
  return (
    <div role="status">
      {notice && (
        <NoticeBar
          notice={notice}
          onUndo={() => {
            onGone()
            void state.undo()
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

function OpenDialog({ model, state }: { readonly model: PageModel; readonly state: ListState }) {
  const dialog = state.dialog.value
  const close = () => {
    state.dialog.value = undefined
  }
  if (dialog === undefined) return null
  if (dialog === 'add') return <AddContact model={model} onClose={close} />
  return <EditContact model={model} buddy={dialog.edit} onClose={close} />
}
