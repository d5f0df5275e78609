/** The dialog that puts somebody on my list. */
import { useSignal } from '@preact/signals'
import type { TargetedEvent } from 'preact'
import { announce } from '../layout/announcer.tsx'
import { Dialog } from '../layout/dialog.tsx'
import { withoutScheme } from '../model/buddy-groups.ts'
import type { PageModel } from '../model/page-model.ts'
import { readTypedAddress } from './contact-address.ts'
import { DialogFoot } from './dialog-foot.tsx'
import { groupNames, knownAddresses } from './listed-people.ts'
import { TextField } from './text-field.tsx'
import { useAction } from './use-action.ts'

export interface AddContactProps {
  readonly model: PageModel
  readonly onClose: () => void
}

export function AddContact({ model, onClose }: AddContactProps) {
  const form = useAddition(model, onClose)
  const groups = groupNames(model.groups.value)
  return (
    <Dialog title="Add a contact" onClose={onClose}>
      <form class="person-form" noValidate onSubmit={form.submit}>
        <TextField
          label="Address"
          hint={`As bob@example.com. At ${domainOf(model.me.address)}, what stands before the @ is enough.`}
          value={form.address.value}
          onType={form.typeAddress}
          problem={form.addressProblem.value}
          inputMode="email"
          isFirst
        />
        <TextField
          label="Name (optional)"
          value={form.name.value}
          onType={(typed) => (form.name.value = typed)}
        />
        <TextField
          label="Group (optional)"
          hint={groups.length === 0 ? 'As Friends or Work.' : 'Choose one, or type a new one.'}
          value={form.group.value}
          onType={(typed) => (form.group.value = typed)}
          choices={groups}
        />
        <DialogFoot verb="Add" action={form.action} onCancel={onClose} />
      </form>
    </Dialog>
  )
}

function useAddition(model: PageModel, onDone: () => void) {
  const [address, name, group] = [useSignal(''), useSignal(''), useSignal('')]
  const addressProblem = useSignal<string | undefined>(undefined)
  const action = useAction()

  async function add(): Promise<void> {
    const known = knownAddresses(model.groups.value)
    const read = readTypedAddress(address.value, { own: model.me.address, known })
    // Emptied first, so that the same problem takes the focus to the field again.
    addressProblem.value = 'problem' in read ? read.problem : undefined
    if ('problem' in read) return
    const [called, into] = [name.value.trim(), group.value.trim()]
    const contact = {
      address: read.address,
      ...(called && { name: called }),
      ...(into && { group: into }),
    }
    const isDone = await action.run(() => model.addContact(contact))
    if (!isDone) return
    announce(`${called || withoutScheme(read.address)} is on your list now.`)
    onDone()
  }

  return {
    ...{ address, name, group, addressProblem, action },
    typeAddress: (typed: string) => {
      address.value = typed
      addressProblem.value = undefined
    },
    submit: (event: TargetedEvent<HTMLFormElement>) => {
      event.preventDefault()
      void add()
    },
  }
}

function domainOf(address: string): string {
  return address.slice(address.lastIndexOf('@') + 1)
}
