/** Event state index: what is stored of publications, subscriptions and bindings, and which member of a service looks after each. */
import type {
  BindingRecord,
  EventStateWrite,
  PublicationRecord,
  SubscriptionRecord,
} from '../model/event-state.ts'
import type { Aor } from '../uri/aor.ts'
import { createKnownPublications, type KnownPublications } from './known-publications.ts'
import {
  createKnownSubscriptions,
  isWaiting,
  type KnownSubscriptions,
  type Watched,
} from './known-subscriptions.ts'

/** The member that looks after what none has written since the store was opened. */
export interface EventStateHomes {
  ofPresentity(presentity: Aor): string
  /** By the id of the subscription, which is the local tag of its dialog. */
  ofSubscription(id: string): string
}

export interface EventStateIndex {
  /** Whether the write may be stored; if so it is to be settled. */
  admits(member: string, write: EventStateWrite): boolean
  /** What was admitted was stored, or could not be. */
  settle(member: string, write: EventStateWrite, isStored: boolean): void
  /** Whom the watchers are of that a write, before it is settled, makes others; undefined: nobody's. */
  watchedBy(member: string, write: EventStateWrite): Watched | undefined
  looksAfterPublication(member: string, record: PublicationRecord): boolean
  looksAfterBinding(member: string, record: BindingRecord): boolean
  /** The member that holds a subscription. */
  holderOf(id: string): string | undefined
  adopt(id: string, member: string): void
  /** Ids of the subscriptions that others hold. */
  heldElsewhere(member: string, watched: Watched): readonly string[]
}

interface Known {
  readonly homes: EventStateHomes
  readonly publications: KnownPublications
  readonly subscriptions: KnownSubscriptions
  /** Members that wrote last to what is not at home with them. */
  readonly bindings: Map<string, string>
}

export async function createEventStateIndex(
  homes: EventStateHomes,
  stored: {
    publications(): AsyncIterable<PublicationRecord>
    subscriptions(): AsyncIterable<SubscriptionRecord>
  },
): Promise<EventStateIndex> {
  const [publications, subscriptions] = [createKnownPublications(), createKnownSubscriptions()]
  for await (const one of stored.publications()) {
    publications.put(one, homes.ofPresentity(one.presentity))
  }
  for await (const one of stored.subscriptions()) {
    subscriptions.put(one, homes.ofSubscription(one.id))
  }
  return indexOf({ homes, publications, subscriptions, bindings: new Map<string, string>() })
}

function indexOf(known: Known): EventStateIndex {
  const { homes, publications, subscriptions, bindings } = known
  return {
    admits: (member, write) => admits(known, member, write),
    settle(member, write, isStored) {
      settle(known, member, write, isStored)
    },
    watchedBy: (member, write) => watchedBy(subscriptions, member, write),
    looksAfterPublication: (member, record) =>
      (publications.ownerOf(record) ?? homes.ofPresentity(record.presentity)) === member,
    looksAfterBinding: (member, record) =>
      (bindings.get(bindingKey(record)) ?? homes.ofPresentity(record.aor)) === member,
    holderOf: (id) => subscriptions.find(id)?.holder,
    adopt(id, member) {
      const subscription = subscriptions.find(id)
      if (subscription) subscription.holder = member
    },
    heldElsewhere: (member, watched) =>
      subscriptions.of(watched).filter((id) => subscriptions.find(id)?.holder !== member),
  }
}

function admits({ publications, subscriptions }: Known, member: string, write: EventStateWrite) {
  if (isOf('publication', write)) return publications.admits(write)
  if (!isOf('subscription', write)) return true
  const holder = subscriptions.find('put' in write ? write.record.id : write.id)?.holder
  // Another has taken it over.
  return holder === undefined || holder === member
}

function settle(known: Known, member: string, write: EventStateWrite, isStored: boolean): void {
  const { publications, subscriptions } = known
  if (isOf('publication', write)) publications.settle(write, member, isStored)
  else if (!isStored) return
  else if (isOf('binding', write)) settleBinding(known, member, write)
  else if ('put' in write) subscriptions.put(write.record, member)
  else subscriptions.remove(write.id)
}

function watchedBy(
  subscriptions: KnownSubscriptions,
  member: string,
  write: EventStateWrite,
): Watched | undefined {
  if (!isOf('subscription', write)) return undefined
  const known = subscriptions.find('put' in write ? write.record.id : write.id)
  if (!('put' in write)) return known
  const isSame = known?.holder === member && known.isWaiting === isWaiting(write.record)
  return isSame ? undefined : write.record
}

type Kind = 'publication' | 'subscription' | 'binding'
type WriteOf<K extends Kind> = Extract<
  EventStateWrite,
  { readonly put: K } | { readonly remove: K }
>

function isOf<K extends Kind>(kind: K, write: EventStateWrite): write is WriteOf<K> {
  return ('put' in write ? write.put : write.remove) === kind
}

function settleBinding(
  { homes, bindings }: Known,
  member: string,
  write: WriteOf<'binding'>,
): void {
  const binding = 'put' in write ? write.record : write
  const isAway = 'put' in write && homes.ofPresentity(binding.aor) !== member
  if (isAway) bindings.set(bindingKey(binding), member)
  else bindings.delete(bindingKey(binding))
}

function bindingKey({ aor, contact }: Pick<BindingRecord, 'aor' | 'contact'>): string {
  return `${aor} ${contact}`
}
