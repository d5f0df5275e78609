/** List follower: who is put on a contact list is asked to be seen, who is taken off all of them is let go. RFC 4826 §3, RFC 6121 §2.3, §2.5. */
import type { ChangeFeed } from '../../core/model/change-feed.ts'
import type { Clock } from '../../core/model/clock.ts'
import { RESOURCE_LISTS, type DocumentTree } from '../../core/model/document-id.ts'
import type { Log } from '../../core/model/log.ts'
import type { DocumentStore, NeighbourStore } from '../../core/model/stores.ts'
import type { Aor } from '../../core/uri/aor.ts'
import type { PairControl } from '../pairs/create-pairs.ts'
import type { ContactLists } from './contact-lists.ts'

export interface ListFollowerOptions {
  readonly lists: ContactLists
  readonly pairs: Pick<PairControl, 'pairs' | 'ask' | 'remove' | 'saved'>
  readonly documents: Pick<DocumentStore, 'ofUsage'>
  readonly neighbours: Pick<NeighbourStore, 'listed' | 'writeListed'>
  readonly changes: ChangeFeed
  /** Whose lists are followed: of a domain of this service that XMPP sees. */
  readonly isFollowed: (user: Aor) => boolean
  readonly clock: Clock
  readonly log: Log
}

export interface ListFollower {
  /** What is being looked at is finished. */
  readonly stop: () => Promise<void>
}

/** `missed`: on no list now, but one who is moved from one to another is that, too, for a moment. */
type Place = 'listed' | 'missed' | 'gone'
type Places = Map<Aor, Place>

/** Milliseconds in which whoever is moved stands on a list again. */
const MOVE = 2_000

/** Reads what was seen last; whatever changed while nobody looked is found afterwards, at the follower's own pace. */
export async function openListFollower(options: ListFollowerOptions): Promise<ListFollower> {
  const { neighbours, changes, documents, isFollowed, log } = options
  const known = new Map<Aor, Places>()
  for await (const { user, contacts } of neighbours.listed()) {
    known.set(user, new Map(contacts.map((contact) => [contact, 'listed'])))
  }
  const turns = createTurns((user) => review(user, known, options, turns.take), log)
  const take = (tree: DocumentTree) => {
    if (tree !== 'global' && isFollowed(tree)) turns.take(tree)
  }
  const unfollow = changes.subscribe((change) => {
    if (change.kind === 'document' && change.id.auid === RESOURCE_LISTS) take(change.id.tree)
  })
  for (const user of known.keys()) take(user)
  const end = new AbortController()
  const takingAll = (async () => {
    for await (const { id } of documents.ofUsage(RESOURCE_LISTS)) {
      if (end.signal.aborted) return
      take(id.tree)
    }
  })().catch((error: unknown) => {
    log.error({ err: error }, 'the contact lists of before could not all be read')
  })
  return {
    async stop() {
      end.abort()
      unfollow()
      await Promise.all([takingAll, turns.stop()])
    },
  }
}

interface Turns {
  /** Once more, when it waits not already. */
  readonly take: (user: Aor) => void
  readonly stop: () => Promise<void>
}

/** One user after the other, so that a thousand lists at once are no burst. */
function createTurns(act: (user: Aor) => Promise<void>, log: Log): Turns {
  const waiting = new Set<Aor>()
  let running: Promise<void> | undefined
  let isStopped = false

  async function run(): Promise<void> {
    for (const user of waiting) {
      waiting.delete(user)
      try {
        await act(user)
      } catch (error) {
        log.error({ err: error, user }, 'the contact lists of a user could not be followed')
      }
    }
    running = undefined
  }

  return {
    take(user) {
      if (isStopped) return
      waiting.add(user)
      running ??= run()
    },
    async stop() {
      isStopped = true
      waiting.clear()
      await running
    },
  }
}

async function review(
  user: Aor,
  known: Map<Aor, Places>,
  options: ListFollowerOptions,
  again: (user: Aor) => void,
): Promise<void> {
  const { lists, pairs, neighbours, clock } = options
  const { contacts, isWhole } = await lists.of(user)
  const places: Places = known.get(user) ?? new Map<Aor, Place>()
  const hasNew = takeUp(user, contacts, places, options)
  // Where a document cannot be understood, nobody is known to have been taken off.
  const hasLost = isWhole && letGo(user, contacts, places, options)
  if (hasMissed(places)) {
    clock.after(MOVE, () => {
      giveUpMissed(places)
      again(user)
    })
  }
  if (places.size === 0) known.delete(user)
  else known.set(user, places)
  if (!hasNew && !hasLost) return
  // Who is asked twice after a crash takes no harm, who is forgotten does.
  await pairs.saved()
  await neighbours.writeListed(user, [...places.keys()])
}

function hasMissed(places: Places): boolean {
  for (const place of places.values()) if (place === 'missed') return true
  return false
}

function giveUpMissed(places: Places): void {
  for (const [contact, place] of places) if (place === 'missed') places.set(contact, 'gone')
}

/** Whether somebody is new. */
function takeUp(
  user: Aor,
  contacts: ReadonlySet<Aor>,
  places: Places,
  { pairs }: ListFollowerOptions,
): boolean {
  let isChanged = false
  for (const contact of contacts) {
    const isNew = !places.has(contact)
    // Without room he is as good as not listed, and is taken up another time.
    if (isNew && !want(user, contact, pairs)) continue
    places.set(contact, 'listed')
    isChanged ||= isNew
  }
  return isChanged
}

/** On purpose, so that one who has refused is asked again; who was asked is not asked twice. */
function want(user: Aor, contact: Aor, { pairs, ask }: ListFollowerOptions['pairs']): boolean {
  const to = pairs.find(user, contact)?.record.to
  if (to === 'asked' || to === 'granted') return true
  return ask(user, contact, 'insists') !== 'no-room'
}

/** Whether somebody was let go. */
function letGo(
  user: Aor,
  contacts: ReadonlySet<Aor>,
  places: Places,
  { lists, pairs }: ListFollowerOptions,
): boolean {
  let isChanged = false
  for (const [contact, place] of places) {
    // Configuration may have left his domain out for a while.
    if (contacts.has(contact) || !lists.isServed(contact)) continue
    if (place !== 'gone') {
      places.set(contact, 'missed')
      continue
    }
    pairs.remove(user, contact)
    places.delete(contact)
    isChanged = true
  }
  return isChanged
}
