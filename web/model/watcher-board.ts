/** Who watches me and who asks to: what the server tells of each subscription, beside what my rules say. RFC 3857. */
import { computed, signal, type ReadonlySignal } from '@preact/signals'
import type { ClientClock } from '../../client/client-clock.ts'
import { parseAor, type Contact, type WatcherStatus } from '../../client/index.ts'
import { withoutScheme } from './buddy-groups.ts'
import type { SeenWatcher, WatchRequest } from './page-model.ts'

/** What is new of one subscription to me. */
export interface WatcherNews {
  /** Names the subscription. */
  readonly id: string
  readonly watcher: string
  readonly status: WatcherStatus
}

export type WatcherStanding = 'active' | 'pending'

export interface WatcherBoard {
  readonly requests: ReadonlySignal<readonly WatchRequest[]>
  readonly watchers: ReadonlySignal<readonly SeenWatcher[]>
  /** How each who watches me, or wants to, stands. */
  readonly standings: ReadonlySignal<ReadonlyMap<string, WatcherStanding>>
  tell(news: WatcherNews): void
}

interface Subscription {
  readonly address: string
  readonly standing: WatcherStanding
}

/** Beyond this the page would show nobody anything. */
const MOST_SUBSCRIPTIONS = 5000

/** `own`: my address, since that I see myself is nobody's business. */
export function createWatcherBoard({
  own,
  contacts,
  clock,
}: {
  own: string
  contacts: ReadonlySignal<readonly Contact[]>
  clock: ClientClock
}): WatcherBoard {
  /** By their ids. */
  const told = new Map<string, Subscription>()
  const subscriptions = signal<readonly Subscription[]>([])
  let isDrawing = false
  const standings = computed(() => standingsOf(subscriptions.value))
  const known = computed(() => new Map(contacts.value.map((one) => [one.address, one])))

  return {
    standings,
    requests: computed(() =>
      [...standings.value]
        .filter(([address, standing]) => standing === 'pending' && isOpen(known.value.get(address)))
        .map(([address]) => ({ address, name: nameOf(address, known.value) })),
    ),
    watchers: computed(() => seenWatchers(standings.value, known.value)),
    tell: ({ id, watcher, status }) => {
      told.delete(id)
      const address = parseAor(watcher) ?? watcher
      if (status !== 'terminated' && address !== own && told.size < MOST_SUBSCRIPTIONS) {
        // Waiting: they have asked, and gone meanwhile. RFC 3857 §4.7.1
        told.set(id, { address, standing: status === 'active' ? 'active' : 'pending' })
      }
      if (!isDrawing) clock.after(0, draw)
      isDrawing = true
    },
  }

  /** A burst is drawn as one. */
  function draw(): void {
    isDrawing = false
    subscriptions.value = [...told.values()]
  }
}

/** Who has several subscriptions is let in as soon as one of them is. */
function standingsOf(subscriptions: readonly Subscription[]): ReadonlyMap<string, WatcherStanding> {
  const standings = new Map<string, WatcherStanding>()
  for (const { address, standing } of subscriptions) {
    if (standings.get(address) !== 'active') standings.set(address, standing)
  }
  return standings
}

/** Whether the rules as they were read last lead to this; otherwise another program has changed them. */
export function isExplained(standing: WatcherStanding, handling: SeenWatcher['handling']): boolean {
  if (handling === undefined) return true
  return (standing === 'pending') === (handling === 'confirm')
}

/** A decision that the server has not carried out yet is a decision all the same. */
function isOpen(contact: Contact | undefined): boolean {
  return contact?.handling === undefined || contact.handling === 'confirm'
}

function seenWatchers(
  standings: ReadonlyMap<string, WatcherStanding>,
  known: ReadonlyMap<string, Contact>,
): SeenWatcher[] {
  const refused = [...known.values()].filter(
    ({ handling }) => handling === 'block' || handling === 'polite-block',
  )
  const addresses = new Set([...standings.keys(), ...refused.map(({ address }) => address)])
  return [...addresses]
    .map((address) => {
      const handling = known.get(address)?.handling
      return {
        address,
        name: nameOf(address, known),
        status: standings.get(address) ?? ('none' as const),
        ...(handling !== undefined && { handling }),
      }
    })
    .filter(({ status, handling }) => status !== 'pending' || !isUndecided(handling))
}

/** Whoever waits for an answer stands among the requests. */
function isUndecided(handling: SeenWatcher['handling']): boolean {
  return handling === undefined || handling === 'confirm'
}

function nameOf(address: string, known: ReadonlyMap<string, Contact>): string {
  return known.get(address)?.name ?? withoutScheme(address)
}
