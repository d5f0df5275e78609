/** What the list of contacts is showing: the filter, folded groups, the open menu or dialog, and what was just done. */
import { computed, signal, type ReadonlySignal, type Signal } from '@preact/signals'
import { withoutScheme } from '../model/buddy-groups.ts'
import type { Buddy, BuddyGroup, PageModel, WatcherHandling } from '../model/page-model.ts'
import { findBuddies } from './find-buddies.ts'
import { problemWords } from './use-action.ts'

export interface ListState {
  readonly typed: Signal<string>
  /** Names of the groups whose people are not shown. */
  readonly folded: Signal<ReadonlySet<string>>
  readonly menu: Signal<OpenMenu | undefined>
  readonly dialog: Signal<'add' | { readonly edit: Buddy } | undefined>
  readonly notice: Signal<ListNotice | undefined>
  /** What the filter leaves. Undefined: not read yet. */
  readonly shown: ReadonlySignal<readonly BuddyGroup[] | undefined>
  fold(group: string): void
  /** These never reject: what went wrong is the notice. */
  remove(buddy: Buddy): Promise<void>
  undo(): Promise<void>
  decide(buddy: Buddy, handling: WatcherHandling): Promise<void>
}

export interface OpenMenu {
  readonly buddy: Buddy
  readonly opener: HTMLButtonElement
}

export interface ListNotice {
  readonly words: string
  readonly isProblem: boolean
  /** Who was removed and can be put back. */
  readonly removed?: Buddy
}

export function createListState(model: PageModel): ListState {
  const typed = signal('')
  const folded = signal<ReadonlySet<string>>(new Set())
  const notice = signal<ListNotice | undefined>()

  async function trying(work: () => Promise<void>): Promise<void> {
    notice.value = undefined
    try {
      await work()
    } catch (error) {
      notice.value = { words: problemWords(error), isProblem: true }
    }
  }

  return {
    typed,
    folded,
    notice,
    menu: signal(),
    dialog: signal(),
    shown: computed(() => model.groups.value && findBuddies(model.groups.value, typed.value)),
    fold(group) {
      const rest = new Set(folded.value)
      if (!rest.delete(group)) rest.add(group)
      folded.value = rest
    },
    remove: (buddy) =>
      trying(async () => {
        await model.removeContact(buddy.address)
        const words = `${buddy.name} is no longer on your list.`
        notice.value = { words, isProblem: false, removed: buddy }
      }),
    undo() {
      const removed = notice.value?.removed
      return trying(() => (removed ? putBack(model, removed) : Promise.resolve()))
    },
    decide: (buddy, handling) => trying(() => model.decide(buddy.address, handling)),
  }
}

async function putBack(model: PageModel, { address, name, groups }: Buddy): Promise<void> {
  const [group, ...others] = groups
  // Who has no name of their own on the list is shown by their address.
  const isNamed = name !== withoutScheme(address)
  await model.addContact({ address, ...(isNamed && { name }), ...(group && { group }) })
  if (others.length > 0) await model.setGroups(address, groups)
}

/** The names of all groups, in the order of the list. */
export function groupNames(groups: readonly BuddyGroup[] | undefined): string[] {
  return (groups ?? []).map(({ name }) => name).filter((name) => name !== '')
}

export function knownAddresses(groups: readonly BuddyGroup[] | undefined): Set<string> {
  return new Set((groups ?? []).flatMap(({ buddies }) => buddies.map(({ address }) => address)))
}

export function buddyAt(
  groups: readonly BuddyGroup[] | undefined,
  address: string,
): Buddy | undefined {
  return groups?.flatMap(({ buddies }) => buddies).find((buddy) => buddy.address === address)
}
