/** The dialog that renames a contact and puts it into other groups. */
import { useSignal } from '@preact/signals'
import type { TargetedEvent } from 'preact'
import { announce } from '../layout/announcer.tsx'
import { Dialog } from '../layout/dialog.tsx'
import { withoutScheme } from '../model/buddy-groups.ts'
import type { Buddy, PageModel } from '../model/page-model.ts'
import { DialogFoot } from './dialog-foot.tsx'
import { GroupBoxes } from './group-boxes.tsx'
import { groupNames } from './listed-people.ts'
import { TextField } from './text-field.tsx'
import { useAction } from './use-action.ts'

export interface EditContactProps {
  readonly model: PageModel
  readonly buddy: Buddy
  readonly onClose: () => void
}

export function EditContact({ model, buddy, onClose }: EditContactProps) {
  const form = useEdit(model, buddy, onClose)
  return (
    <Dialog title={`Edit ${buddy.name}`} onClose={onClose}>
      <form class="person-form" noValidate onSubmit={form.submit}>
        <p class="soft">{withoutScheme(buddy.address)}</p>
        <TextField
          label="Name"
          value={form.name.value}
          onType={(typed) => (form.name.value = typed)}
          isFirst
        />
        <GroupBoxes
          names={groupNames(model.groups.value)}
          chosen={form.groups}
          problem={form.groupProblem.value}
        />
        <TextField
          label="New group (optional)"
          value={form.newGroup.value}
          onType={(typed) => (form.newGroup.value = typed)}
        />
        <DialogFoot verb="Save" action={form.action} onCancel={onClose} />
      </form>
    </Dialog>
  )
}

function useEdit(model: PageModel, buddy: Buddy, onDone: () => void) {
  const name = useSignal(buddy.name)
  const groups = useSignal<ReadonlySet<string>>(new Set(buddy.groups))
  const newGroup = useSignal('')
  const groupProblem = useSignal<string | undefined>(undefined)
  const action = useAction()

  async function save(): Promise<void> {
    const wanted = [...new Set([...groups.value, newGroup.value.trim()])].filter(Boolean)
    // Who is on no list at all is no contact any more.
    const isLost = wanted.length === 0 && buddy.groups.length > 0
    groupProblem.value = isLost ? 'Choose one group at least.' : undefined
    if (isLost) return
    const called = name.value.trim() || withoutScheme(buddy.address)
    const isDone = await action.run(async () => {
      if (called !== buddy.name) await model.renameContact(buddy.address, called)
      if (!isSame(wanted, buddy.groups)) await model.setGroups(buddy.address, wanted)
    })
    if (!isDone) return
    announce(`${called} is saved.`)
    onDone()
  }

  return {
    ...{ name, groups, newGroup, groupProblem, action },
    submit: (event: TargetedEvent<HTMLFormElement>) => {
      event.preventDefault()
      void save()
    },
  }
}

function isSame(some: readonly string[], others: readonly string[]): boolean {
  return some.length === others.length && some.every((name) => others.includes(name))
}
