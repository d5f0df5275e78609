/**
 * Erasure of a person: everything that is theirs goes, and then every trace of it in the store's files. It can end at any
 * point and be asked for again: the account is marked first and removed last, and that the store must be compacted is noted.
 */
import type { Clock } from '../../core/model/clock.ts'
import type { Domains } from '../../core/model/domain.ts'
import type { EventStateWrite } from '../../core/model/event-state.ts'
import type { OpenedStore } from '../../core/model/opened-store.ts'
import { CompactionRefused, type PersonEventState } from '../../core/model/person-store.ts'
import { AccountProblem } from '../account-problem.ts'
import { createAuditSubjects } from '../administration/audit-subjects.ts'
import { countMentions } from './mentions.ts'
import { findPerson, type Person } from './person-addresses.ts'
import { contactsOf, type PersonContacts } from './person-contacts.ts'
import { recordsOf } from './person-records.ts'
import { untilEmpty } from './until-empty.ts'

/** How many there were of each. */
interface ErasureReport {
  readonly documents: number
  readonly publications: number
  readonly subscriptions: number
  readonly registrations: number
  readonly contacts: number
  /** Documents of others that name the person: those are theirs, and stay. */
  readonly mentions: number
}

interface ErasureParts {
  readonly store: OpenedStore
  readonly domains?: Domains | undefined
  readonly clock: Clock
  /** Milliseconds that whoever looks after something is given to end it in order; 0: nobody does. */
  readonly patience: number
}

/** Notes of it. */
const COMPACTION = 'compaction'

/** Rejects with AccountProblem. */
type ErasePerson = (address: string) => Promise<ErasureReport>

export function createErasure(parts: ErasureParts): ErasePerson {
  return async (address) => {
    const { store, domains } = parts
    const person = await findPerson(address, { accounts: store.accounts, domains })
    const report = await survey(person, store)
    if (person.account || !isNothing(report)) await removeAll(person, parts)
    else if ((await store.administration.get('erasure', COMPACTION)) === undefined) {
      throw new AccountProblem(`${address}: there is nothing of this person here`, 'absent')
    }
    await leaveNoTrace(person, parts)
    await store.administration.remove('erasure', COMPACTION)
    return report
  }
}

async function survey(person: Person, store: OpenedStore): Promise<ErasureReport> {
  const { addresses } = person
  const { publications, subscriptions, bindings } = await eventStateOf(person, store)
  const trees = await Promise.all(addresses.map((tree) => store.documents.list(tree)))
  const { pairs } = await contactsOf(addresses, store.neighbours)
  return {
    documents: trees.flat().length,
    publications: publications.length,
    subscriptions: subscriptions.length,
    registrations: bindings.length,
    contacts: pairs.length,
    mentions: await countMentions(addresses, store.documents),
  }
}

function isNothing(found: ErasureReport): boolean {
  return Object.entries(found).every(([what, count]) => what === 'mentions' || count === 0)
}

async function removeAll(person: Person, parts: ErasureParts): Promise<void> {
  const { store } = parts
  await closeDoor(person, parts)
  await removeDocuments(person, store)
  await endParts(person, parts)
  await removeRecords(person, store)
  await store.administration.put('erasure', COMPACTION, {})
  await store.accounts.remove(person.aor)
}

/** From here on nobody has the address: agents and gateways hear of it and end what they look after. */
async function closeDoor({ aor, account }: Person, { store }: ErasureParts): Promise<void> {
  const { accounts, sessions } = store
  const present = account ?? { aor, aliases: [], credentials: [] }
  await accounts.put({ ...present, suspended: true, erasing: true })
  for (const { id } of await sessions.ofAccount(aor)) await sessions.remove(id)
}

async function removeDocuments({ addresses }: Person, { documents }: OpenedStore): Promise<void> {
  for (const tree of addresses) {
    for (const { id } of await documents.list(tree)) await documents.delete(id, {})
  }
}

/** Watchers and contacts are told by whoever looks after them; what is left then belongs to nobody that runs. */
async function endParts(person: Person, { store, clock, patience }: ErasureParts): Promise<void> {
  const left = await untilEmpty({
    read: () => eventStateOf(person, store),
    isEmpty: (state) => removalsOf(state).length === 0,
    ...{ clock, patience },
  })
  await store.eventState.write(removalsOf(left))
  const { pairs, listed } = await untilEmpty({
    read: () => contactsOf(person.addresses, store.neighbours),
    isEmpty: ({ pairs: all }: PersonContacts) => all.length === 0,
    ...{ clock, patience },
  })
  const { neighbours } = store
  await neighbours.writePairs(pairs.map(({ user, contact }) => ({ remove: { user, contact } })))
  for (const { user } of listed) await neighbours.writeListed(user, [])
}

async function eventStateOf(
  { addresses }: Person,
  { people }: OpenedStore,
): Promise<PersonEventState> {
  if (!people) throw new Error('this process does not own the store')
  return people.eventStateOf(addresses)
}

function removalsOf({ publications, subscriptions, bindings }: PersonEventState) {
  const writes: EventStateWrite[] = []
  for (const { presentity, eventPackage, id } of publications) {
    writes.push({ remove: 'publication', presentity, eventPackage, id })
  }
  for (const { id } of subscriptions) writes.push({ remove: 'subscription', id })
  for (const { aor, contact } of bindings) writes.push({ remove: 'binding', aor, contact })
  return writes
}

async function removeRecords({ addresses }: Person, store: OpenedStore): Promise<void> {
  for (const { kind, key } of await recordsOf(addresses, store.administration)) {
    await store.administration.remove(kind, key)
  }
  const subjects = createAuditSubjects(store)
  for (const address of addresses) await subjects.forget(address)
}

async function leaveNoTrace(person: Person, { store }: ErasureParts): Promise<void> {
  try {
    await store.people?.forget(person.addresses)
  } catch (error) {
    if (!(error instanceof CompactionRefused)) throw error
    throw new AccountProblem(
      'all is removed, but a backup under way still reads it: erase once more when that is done',
      'unavailable',
    )
  }
}
