/** Person store: what a store knows of a person beyond what its other interfaces give, and that it keeps nothing of what was removed. */
import type { Aor } from '../uri/aor.ts'
import type { BindingRecord, PublicationRecord, SubscriptionRecord } from './event-state.ts'

export interface PersonStore {
  /** By whichever member it is looked after, what is over included. Looks at all there is: it is not asked on the hot paths. */
  eventStateOf(addresses: readonly Aor[]): Promise<PersonEventState>
  /**
   * Once all records of the person are removed: makes that no file, index or log of the store holds what they held, as far as
   * the engine lets that be done. Takes a while. Rejects with CompactionRefused while something reads the store as it was.
   */
  forget(addresses: readonly Aor[]): Promise<void>
}

export interface PersonEventState {
  readonly publications: readonly PublicationRecord[]
  /** To the person, and by the person. */
  readonly subscriptions: readonly SubscriptionRecord[]
  readonly bindings: readonly BindingRecord[]
}

/** A snapshot holds on to what was removed: it is to be tried again afterwards. */
export class CompactionRefused extends Error {
  override readonly name = 'CompactionRefused'
}

/** Collects what belongs to any of the addresses. */
export function isOfPerson(addresses: readonly Aor[]) {
  const all = new Set<Aor | undefined>(addresses)
  return {
    publication: ({ presentity }: Pick<PublicationRecord, 'presentity'>) => all.has(presentity),
    subscription: ({ presentity, watcher }: Pick<SubscriptionRecord, 'presentity' | 'watcher'>) =>
      all.has(presentity) || (watcher !== undefined && all.has(watcher)),
    binding: ({ aor }: Pick<BindingRecord, 'aor'>) => all.has(aor),
  }
}
