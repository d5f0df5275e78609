/** Census: how many there are of what the agent keeps, counted a slice at a time so that no request waits for it. */
import { setImmediate } from 'node:timers/promises'
import type { Tables } from './tables.ts'
import type { Resource } from './resource.ts'

export interface Census {
  /** By `PACKAGE STATE`: `presence active`. */
  readonly subscriptions: ReadonlyMap<string, number>
  /** Without a dialog of their own, by who hears of them: members of lists, watchers behind the gateway. */
  readonly internal: ReadonlyMap<string, number>
  /** By event package. */
  readonly publications: ReadonlyMap<string, number>
  /** Resources that something is published to. */
  readonly presentities: number
  /** Who has a subscription to anything. */
  readonly watchers: number
  /** Addresses that something is registered for. */
  readonly registered: number
  readonly bindings: number
}

/** Resources, or addresses, that one turn of the event loop should bear. */
const SLICE = 2_000

/** Of other members of the service, only they tell. */
export async function takeCensus({
  resources,
  subscriptions,
  bindings,
}: Pick<Tables, 'resources' | 'subscriptions' | 'bindings'>): Promise<Census> {
  const fresh = () => new Map<string, number>()
  const counts = { subscriptions: fresh(), internal: fresh(), publications: fresh() }
  const census = { presentities: 0, registered: 0, bindings: 0 }
  await inSlices(resources.all(), (resource) => {
    countSubscriptions(resource, counts)
    const published = countPublications(resource)
    if (published === 0) return
    add(counts.publications, resource.eventPackage.name, published)
    census.presentities++
  })
  await inSlices(bindings.aors(), (aor) => {
    const own = bindings.of(aor).filter(({ isOwn }) => isOwn).length
    if (own > 0) census.registered++
    census.bindings += own
  })
  return { ...counts, ...census, watchers: subscriptions.room.watchers() }
}

type Counts = Map<string, number>

function countSubscriptions(
  { eventPackage, subscriptions }: Resource,
  counts: { readonly subscriptions: Counts; readonly internal: Counts },
): void {
  for (const { heardBy, permissions } of subscriptions) {
    const state = permissions.handling === 'confirm' ? 'pending' : 'active'
    if (heardBy) add(counts.internal, heardBy.kind, 1)
    else add(counts.subscriptions, `${eventPackage.name} ${state}`, 1)
  }
}

function countPublications({ publications }: Resource): number {
  let own = 0
  for (const { isOwn } of publications.values()) if (isOwn) own++
  return own
}

function add(counts: Counts, name: string, by: number): void {
  counts.set(name, (counts.get(name) ?? 0) + by)
}

/** What is added or removed meanwhile may be counted or not. */
async function inSlices<T>(all: Iterable<T>, count: (one: T) => void): Promise<void> {
  let left = SLICE
  for (const one of all) {
    count(one)
    if (--left > 0) continue
    left = SLICE
    await setImmediate()
  }
}
