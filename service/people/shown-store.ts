/** Shown store: a store as the servers see it. The icons of suspended people stay stored, but nobody hears of them. */
import { whenReady, type MaybePromise } from '../../core/model/maybe-promise.ts'
import type { OpenedStore } from '../../core/model/opened-store.ts'
import type { AccountStore, CurrentIcon, DocumentStore } from '../../core/model/stores.ts'

export function shownStore(store: OpenedStore): OpenedStore {
  return { ...store, documents: withShownIcons(store) }
}

interface Stores {
  readonly documents: DocumentStore
  readonly accounts: Pick<AccountStore, 'find'>
}

export function withShownIcons({ documents, accounts }: Stores): DocumentStore {
  const ifShown = (icon: CurrentIcon | undefined): MaybePromise<CurrentIcon | undefined> => {
    if (!icon || icon.id.tree === 'global') return icon
    return whenReady(accounts.find(icon.id.tree), (account) =>
      account?.suspended ? undefined : icon,
    )
  }
  return {
    ...documents,
    currentIcon: (owner) => whenReady(documents.currentIcon(owner), ifShown),
    iconByToken: (token) => whenReady(documents.iconByToken(token), ifShown),
  }
}
