/** What can be done to a contact of the list, and undone; what went wrong is the list's notice. */
import type { Signal } from '@preact/signals'
import { withoutScheme } from '../model/buddy-groups.ts'
import type { Buddy, PageModel, WatcherHandling } from '../model/page-model.ts'
import { standingWords } from '../watchers/handling-words.ts'
import { problemWords } from './use-action.ts'

/** These never reject. */
export interface ListActions {
  remove(buddy: Buddy): Promise<void>
  undo(): Promise<void>
  decide(buddy: Buddy, handling: WatcherHandling): Promise<void>
}

export interface ListNotice {
  readonly words: string
  readonly isProblem: boolean
  /** Who was removed and can be put back. */
  readonly removed?: Buddy
}

export interface ListActionsParts {
  readonly model: PageModel
  readonly notice: Signal<ListNotice | undefined>
  /** Says it to a screen reader. */
  readonly announce: (words: string) => void
}

export function createListActions({ model, notice, announce }: ListActionsParts): ListActions {
  async function trying(work: () => Promise<void>): Promise<void> {
    notice.value = undefined
    try {
      await work()
    } catch (error) {
      notice.value = { words: problemWords(error), isProblem: true }
    }
  }

  return {
    remove: (buddy) =>
      trying(async () => {
        await model.removeContact(buddy.address)
        const words = `${buddy.name} is no longer on your list.`
        notice.value = { words, isProblem: false, removed: buddy }
      }),
    undo() {
      const removed = notice.peek()?.removed
      return trying(() => (removed ? putBack(model, removed) : Promise.resolve()))
    },
    decide: (buddy, handling) =>
      trying(async () => {
        await model.decide(buddy.address, handling)
        announce(`${buddy.name}: ${standingWords(handling)}.`)
      }),
  }
}

async function putBack(model: PageModel, { address, name, groups }: Buddy): Promise<void> {
  const [group, ...others] = groups
  // Who has no name of their own on the list is shown by their address.
  const isNamed = name !== withoutScheme(address)
  await model.addContact({ address, ...(isNamed && { name }), ...(group && { group }) })
  if (others.length > 0) await model.setGroups(address, groups)
}
