/** Event state hub: one store of event state for several members of a service, each of which hears of what it follows. RFC 3903 §6. */
import type { Clock } from '../model/clock.ts'
import type { EventStateWrite, SubscriptionRecord } from '../model/event-state.ts'
import type { Log } from '../model/log.ts'
import type { SharedChange, SharedEventState } from '../model/shared-event-state.ts'
import type { EventStateStore } from '../model/stores.ts'
import {
  createEventStateIndex,
  type EventStateHomes,
  type EventStateIndex,
} from './event-state-index.ts'
import type { EventStateReadings } from './event-state-store.ts'
import { watchedKey } from './known-subscriptions.ts'

export interface EventStateHub {
  /** The store as the member of this name has it; one that comes back begins anew, and finds what it looked after. */
  member(name: string): SharedEventStateStore
}

export type SharedEventStateStore = EventStateStore & { readonly shared: SharedEventState }

interface HubOptions {
  /** Nobody writes to it but through the hub. */
  readonly eventState: EventStateStore
  readonly readings: EventStateReadings
  readonly homes: EventStateHomes
  readonly clock: Clock
  readonly log: Log
}

/** What the hub keeps of one member. */
interface Member {
  readonly name: string
  readonly follows: Set<string>
  readonly listeners: Set<(change: SharedChange) => void>
}

interface Hub extends HubOptions {
  readonly index: EventStateIndex
  readonly members: Map<string, Member>
}

export async function openEventStateHub(options: HubOptions): Promise<EventStateHub> {
  const index = await createEventStateIndex(options.homes, options.eventState)
  const hub: Hub = { ...options, index, members: new Map<string, Member>() }
  return {
    member(name) {
      const member: Member = { name, follows: new Set(), listeners: new Set() }
      hub.members.set(name, member)
      return memberStore(hub, member)
    },
  }
}

function memberStore(hub: Hub, member: Member): SharedEventStateStore {
  const { eventState, index } = hub
  const { name } = member
  return {
    write: (writes) => write(hub, member, writes),
    publications: () =>
      filtered(eventState.publications(), (one) => index.looksAfterPublication(name, one)),
    subscriptions: () =>
      filtered(eventState.subscriptions(), ({ id }) => index.holderOf(id) === name),
    bindings: () => filtered(eventState.bindings(), (one) => index.looksAfterBinding(name, one)),
    shared: sharedOf(hub, member),
  }
}

/** Those of them that are wanted. */
async function* filtered<T>(records: AsyncIterable<T>, isWanted: (record: T) => boolean) {
  for await (const record of records) if (isWanted(record)) yield record
}

function sharedOf(hub: Hub, member: Member): SharedEventState {
  const readings = readingsOf(hub, member)
  const { follows, listeners } = member
  return {
    ...readings,
    follow(presentity, eventPackage) {
      follows.add(watchedKey({ presentity, eventPackage }))
      return readings.publicationsOf(presentity, eventPackage)
    },
    unfollow(presentity, eventPackage) {
      follows.delete(watchedKey({ presentity, eventPackage }))
    },
    async adopt(id) {
      const [record, holder] = [await readings.subscription(id), hub.index.holderOf(id)]
      if (!record || holder === undefined) return undefined
      hub.index.adopt(id, member.name)
      if (holder !== member.name) tell(hub, hub.members.get(holder), { kind: 'adopted', id })
      return record
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

/** Each sees what was written before. */
function readingsOf({ clock, eventState, index, readings }: Hub, { name }: Member) {
  const written = () => eventState.write([])
  const subscription: EventStateReadings['subscription'] = async (id) => {
    await written()
    return readings.subscription(id)
  }
  const publicationsOf: SharedEventState['publicationsOf'] = async (presentity, eventPackage) => {
    await written()
    const records = readings.publicationsOf(presentity, eventPackage)
    return all(filtered(records, ({ expiresAt }) => expiresAt > clock.now()))
  }
  const watchersOf: SharedEventState['watchersOf'] = async (presentity, eventPackage) => {
    const ids = index.heldElsewhere(name, { presentity, eventPackage })
    const records = await Promise.all(ids.map(subscription))
    return records.flatMap((one) => {
      const holder = one && isLasting(one, clock.now()) ? index.holderOf(one.id) : undefined
      return one && holder !== undefined ? { ...one, holder } : []
    })
  }
  const bindingsOf: SharedEventState['bindingsOf'] = async (aor) => {
    await written()
    return all(readings.bindingsOf(aor))
  }
  return { subscription, publicationsOf, watchersOf, bindingsOf }
}

async function all<T>(records: AsyncIterable<T>): Promise<readonly T[]> {
  const found: T[] = []
  for await (const record of records) found.push(record)
  return found
}

function isLasting({ expiresAt, waitingUntil }: SubscriptionRecord, now: number): boolean {
  return (waitingUntil ?? expiresAt) > now
}

async function write(
  hub: Hub,
  { name }: Member,
  writes: readonly EventStateWrite[],
): Promise<readonly EventStateWrite[]> {
  const { eventState, index } = hub
  const admitted: EventStateWrite[] = []
  const lost: EventStateWrite[] = []
  for (const one of writes) {
    if (index.admits(name, one)) admitted.push(one)
    else if (isOfPublication(one)) lost.push(one)
  }
  try {
    await eventState.write(admitted)
  } catch (error) {
    for (const one of admitted) index.settle(name, one, false)
    throw error
  }
  for (const one of admitted) {
    const change = changeBy(hub, name, one)
    index.settle(name, one, true)
    if (change) tellOthers(hub, name, change)
  }
  return lost
}

function isOfPublication(write: EventStateWrite): boolean {
  return ('put' in write ? write.put : write.remove) === 'publication'
}

/** What others may want to hear of it. */
function changeBy(
  { index }: Hub,
  member: string,
  write: EventStateWrite,
): SharedChange | undefined {
  const watched = index.watchedBy(member, write)
  if (watched) {
    const { presentity, eventPackage } = watched
    return { kind: 'watchers', presentity, eventPackage }
  }
  if ('put' in write) {
    if (write.put === 'binding') return { kind: 'bindings', aor: write.record.aor }
    if (write.put === 'subscription') return undefined
    const { presentity, eventPackage, id } = write.record
    return { kind: 'publication', presentity, eventPackage, id, record: write.record }
  }
  if (write.remove === 'binding') return { kind: 'bindings', aor: write.aor }
  if (write.remove === 'subscription') return undefined
  const { presentity, eventPackage, id } = write
  return { kind: 'publication', presentity, eventPackage, id }
}

function tellOthers(hub: Hub, writer: string, change: SharedChange): void {
  for (const member of hub.members.values()) {
    if (member.name === writer) continue
    const isFollowed = !('eventPackage' in change) || member.follows.has(watchedKey(change))
    if (isFollowed) tell(hub, member, change)
  }
}

/** A fault of one who hears costs the others nothing. */
function tell({ log }: Hub, member: Member | undefined, change: SharedChange): void {
  for (const listener of member?.listeners ?? []) {
    try {
      listener(change)
    } catch (error) {
      log.error({ err: error }, 'a member could not be told of event state')
    }
  }
}
