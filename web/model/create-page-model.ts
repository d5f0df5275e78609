/** The page of one person: contacts over HTTP at once, everybody's presence as soon as the line to it stands. */
import { computed, effect, signal, untracked } from '@preact/signals'
import type { ClientClock } from '../../client/client-clock.ts'
import type { Contacts, StateChange } from '../../client/index.ts'
import type { Opened, SessionDoors } from '../session/page-session.ts'
import type { Session } from '../session/session.ts'
import { withoutScheme } from './buddy-groups.ts'
import { createConnectionState, type ConnectionState } from './connection-state.ts'
import { createContactList, type ContactList } from './contact-list.ts'
import type { KeptStatus } from './kept-status.ts'
import type { LivePresence } from './live-presence.ts'
import { createOwnPresence, type OwnPresence } from './own-presence.ts'
import type { MyPicture, PageModel, PublicCard } from './page-model.ts'
import { createPresenceBoard, type PresenceBoard } from './presence-board.ts'
import { openPresenceLine, type PresenceLine } from './presence-line.ts'
import { createWatcherBoard, isExplained, type WatcherBoard } from './watcher-board.ts'

export interface OpenPage extends PageModel, Opened {
  /** What does not work, apart from the connection; in words. */
  readonly trouble: ContactList['trouble']
  /** The person looks at the page again, after others may have changed things. */
  lookAgain(): void
  /** Another tab of this person's has kept another status. */
  followStatus(): void
  /** What the browser knows of its network. */
  setOnline(isOnline: boolean): void
}

interface PageParts {
  readonly session: Session
  readonly doors: SessionDoors
  readonly contacts: Contacts
  readonly myPicture: MyPicture
  readonly publicCard: PublicCard
  readonly openPresence: (onState: (change: StateChange) => void) => Promise<LivePresence>
  readonly keptStatus: KeptStatus
  readonly clock: ClientClock
}

/** What the page is made of. */
interface Boards {
  readonly connection: ConnectionState
  readonly list: ContactList
  readonly watchers: WatcherBoard
  readonly presence: PresenceBoard
  readonly line: PresenceLine
  readonly own: OwnPresence
}

/** Application usages that my contacts and rules are kept by. */
const CONTACTS = ['resource-lists', 'pres-rules', 'org.openmobilealliance.pres-rules']

export function createPageModel(parts: PageParts): OpenPage {
  const boards = createBoards(parts)
  const stopFollowing = follow(boards, parts.session.address)
  // What I said before the page was loaded again is said again.
  boards.own.publish(boards.own.status.peek()).catch(() => undefined)
  void boards.list.refresh()
  return {
    ...modelOf(boards, parts),
    close: async () => {
      stopFollowing()
      await boards.line.close()
    },
  }
}

function createBoards(parts: PageParts): Boards {
  const { session, doors, contacts, openPresence, keptStatus, clock } = parts
  const connection = createConnectionState(clock)
  const presence = createPresenceBoard(clock)
  const list = createContactList({ contacts, standings: () => watchers.standings.peek() })
  const watchers = createWatcherBoard({ own: session.address, contacts: list.contacts, clock })
  const line = openPresenceLine({
    open: openPresence,
    clock,
    onState: (change) => {
      const wasDown = connection.connection.peek().state === 'down'
      connection.tell(change)
      // What changed meanwhile was told to nobody.
      if (wasDown && connection.connection.peek().state === 'up') void list.refresh()
      if (change.state === 'ended' && change.error?.status === 401) doors.refused('sip')
    },
    onPresence: (told) => {
      presence.tell(told)
    },
    onWatcher: (told) => {
      watchers.tell(told)
    },
    documents: CONTACTS.map((usage) => `${usage}/users/${encodeURIComponent(session.address)}/`),
    onDocument: () => void list.refresh(),
  })
  const own = createOwnPresence({ publish: (said) => line.publish(said), kept: keptStatus })
  return { connection, list, watchers, presence, line, own }
}

/** Watches whoever is on the list, and asks what the rules say when watchers stand otherwise than they did. */
function follow({ list, line, presence, watchers }: Boards, own: string): () => void {
  const stops = [
    effect(() => {
      if (list.groups.value === undefined) return
      const listed = list.contacts.value.filter((contact) => contact.listed)
      const members = [own, ...listed.map(({ address }) => address)]
      untracked(() => {
        presence.keepOnly(members)
        line.watch(members)
      })
    }),
    effect(() => {
      const known = new Map(list.contacts.peek().map((one) => [one.address, one.handling]))
      const isSurprising = [...watchers.standings.value].some(
        ([address, standing]) => !known.has(address) || !isExplained(standing, known.get(address)),
      )
      if (isSurprising) untracked(() => void list.refresh())
    }),
  ]
  return () => {
    for (const stop of stops) stop()
  }
}

function modelOf(boards: Boards, parts: PageParts): Omit<OpenPage, 'close'> {
  const { connection, list, watchers, presence, line, own } = boards
  const { session, doors, myPicture, publicCard, keptStatus } = parts
  const { address, name } = session
  const reconnect = () => {
    connection.trying()
    line.reconnect()
  }
  return {
    ...list,
    me: {
      address,
      name: signal(name ?? withoutScheme(address)),
      status: own.status,
      icon: computed(() => presence.of(address).value.icon ?? undefined),
    },
    myPicture,
    publicCard,
    connection: connection.connection,
    requests: watchers.requests,
    watchers: watchers.watchers,
    presenceOf: (one) => presence.of(one),
    publish: (status) => own.publish(status),
    reconnect,
    signOut: async () => {
      keptStatus.forget()
      await doors.signOut()
    },
    lookAgain: () => void list.refresh(),
    followStatus: () => {
      own.follow()
    },
    setOnline: (isOnline) => {
      connection.setOnline(isOnline)
      if (isOnline) reconnect()
    },
  }
}
