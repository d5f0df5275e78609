/** What the list of contacts is showing: the filter, folded groups, the open menu or dialog, and what was just done. */
import { computed, signal, type ReadonlySignal, type Signal } from '@preact/signals'
import type { Buddy, BuddyGroup, PageModel } from '../model/page-model.ts'
import { findBuddies } from './find-buddies.ts'
import { createListActions, type ListActions, type ListNotice } from './list-actions.ts'

export interface ListState {
  readonly typed: Signal<string>
  /** Names of the groups whose people are not shown. */
  readonly folded: Signal<ReadonlySet<string>>
  readonly menu: Signal<OpenMenu | undefined>
  readonly dialog: Signal<'add' | { readonly edit: Buddy } | undefined>
  readonly notice: Signal<ListNotice | undefined>
  /** What the filter leaves. Undefined: not read yet. */
  readonly shown: ReadonlySignal<readonly BuddyGroup[] | undefined>
  readonly actions: ListActions
  fold(group: string): void
}

interface OpenMenu {
  readonly buddy: Buddy
  readonly opener: HTMLButtonElement
}

interface ListStateParts {
  readonly model: PageModel
  /** Says it to a screen reader. */
  readonly announce: (words: string) => void
}

export function createListState({ model, announce }: ListStateParts): ListState {
  const typed = signal('')
  const folded = signal<ReadonlySet<string>>(new Set())
  const notice = signal<ListNotice | undefined>()
  return {
    typed,
    folded,
    notice,
    menu: signal(),
    dialog: signal(),
    shown: computed(() => model.groups.value && findBuddies(model.groups.value, typed.value)),
    actions: createListActions({ model, notice, announce }),
    fold(group) {
      const rest = new Set(folded.value)
      if (!rest.delete(group)) rest.add(group)
      folded.value = rest
    },
  }
}
