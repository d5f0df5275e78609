/** A small population, message by message: what the formula says must come out here too. */
import { createSeededRandom } from '../../test/support/seeded-random.ts'
import { createEventQueue } from './event-queue.ts'
import type { Counts } from './hourly-counts.ts'
import type { Population } from './population.ts'

export interface SimulatedShape {
  readonly users: number
  readonly nodes: number
  readonly hours: number
  readonly seed: number
}

interface Happening {
  readonly at: number
  readonly what: 'change' | 'refresh' | 'resubscribe' | 'session' | 'icon'
  readonly user: number
  /** Of the publication that is to be refreshed: one that has changed meanwhile is not. */
  readonly generation?: number
}

const HOUR = 3600

/** Operations of a user and hour, and how many times the mean the busiest minute's NOTIFYs are. */
export function simulate(
  population: Population,
  shape: SimulatedShape,
): { readonly counts: Counts; readonly peak: number } {
  const random = createSeededRandom(shape.seed)
  const world = drawWorld(population, shape, random.integer)
  const tally = createTally(world, shape)
  const queue = createEventQueue<Happening>()
  const add = (event: Happening) => {
    queue.add(event)
  }
  const happen = happenings(population, tally, add, random.integer)
  for (let user = 0; user < shape.users; user++) happen.begin(user)
  for (let event = queue.next(); event && event.at < shape.hours * HOUR; event = queue.next()) {
    happen[event.what](event)
  }
  return { counts: tally.perUserHour(), peak: tally.peak() }
}

/** What each event does, and which it brings about later. */
function happenings(
  { contacts, changesPerHour, refreshAfter, sessionsPerHour, iconsPerHour }: Population,
  tally: Tally,
  add: (event: Happening) => void,
  integer: (bound: number) => number,
) {
  const generation: number[] = []
  const unit = () => (integer(2 ** 30) + 1) / 2 ** 30
  const after = (perHour: number) => (-Math.log(unit()) / perHour) * HOUR
  const publish = (at: number, user: number) => {
    tally.count('publish', 1)
    const next = (generation[user] ?? 0) + 1
    generation[user] = next
    add({ at: at + refreshAfter, what: 'refresh', user, generation: next })
  }
  const change = (at: number, user: number) => {
    publish(at, user)
    tally.tell(at, user)
  }
  return {
    begin(user: number) {
      add({ at: after(changesPerHour), what: 'change', user })
      add({ at: unit() * refreshAfter, what: 'refresh', user })
      add({ at: unit() * refreshAfter, what: 'resubscribe', user })
      add({ at: after(sessionsPerHour), what: 'session', user })
      add({ at: after(iconsPerHour), what: 'icon', user })
    },
    change({ at, user }: Happening) {
      change(at, user)
      add({ at: at + after(changesPerHour), what: 'change', user })
    },
    refresh({ at, user, generation: which }: Happening) {
      if (which === generation[user]) publish(at, user)
    },
    resubscribe({ at, user }: Happening) {
      tally.count('subscribe', contacts)
      add({ at: at + refreshAfter, what: 'resubscribe', user })
    },
    // Signs out: closed to all, her subscriptions ended; and in again: everything anew, known icons checked.
    session({ at, user }: Happening) {
      change(at, user)
      change(at, user)
      tally.count('subscribe', 2 * contacts)
      tally.count('iconCheck', contacts)
      add({ at: at + after(sessionsPerHour), what: 'session', user })
    },
    icon({ at, user }: Happening) {
      tally.count('iconGet', tally.tell(at, user))
      add({ at: at + after(iconsPerHour), what: 'icon', user })
    },
  }
}

interface Tally {
  count(operation: keyof Counts, times: number): void
  /** A NOTIFY to each watcher; how many those are. */
  tell(at: number, user: number): number
  readonly perUserHour: () => Counts
  readonly peak: () => number
}

function createTally({ watchers, nodeOf }: World, { users, hours }: SimulatedShape): Tally {
  const counts = { publish: 0, notify: 0, subscribe: 0, iconGet: 0, iconCheck: 0, heard: 0 }
  const minutes = new Float64Array(hours * 60)
  return {
    count(operation, times) {
      counts[operation] += times
    },
    tell(at, user) {
      const told = watchers[user]!
      const elsewhere = new Set(told.map((watcher) => nodeOf[watcher]))
      elsewhere.delete(nodeOf[user])
      counts.heard += elsewhere.size
      counts.notify += told.length
      minutes[Math.floor(at / 60)]! += told.length
      return told.length
    },
    perUserHour: () => {
      const entries = Object.entries(counts).map(([name, all]) => [name, all / (users * hours)])
      return Object.fromEntries(entries) as Counts
    },
    peak: () => (Math.max(...minutes) * minutes.length) / counts.notify,
  }
}

interface World {
  /** Of each user. */
  readonly watchers: readonly (readonly number[])[]
  /** Where a user's phone sends its requests. */
  readonly nodeOf: readonly number[]
}

/** Everybody watches so many others, drawn at random, and is at some node. */
function drawWorld(
  { contacts }: Population,
  { users, nodes }: SimulatedShape,
  integer: (bound: number) => number,
): World {
  const watchers = Array.from({ length: users }, (): number[] => [])
  for (let watcher = 0; watcher < users; watcher++) {
    const chosen = new Set<number>()
    while (chosen.size < contacts) {
      const one = integer(users)
      if (one !== watcher) chosen.add(one)
    }
    for (const one of chosen) watchers[one]!.push(watcher)
  }
  return { watchers, nodeOf: Array.from({ length: users }, () => integer(nodes)) }
}
