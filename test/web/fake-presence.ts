/** A presence client that does nothing by itself: tests see what the page asks of it, and tell what comes. */
import type { PresenceNotification, PublishedPresence } from '../../client/index.ts'
import type { StateChange } from '../../client/index.ts'
import type { LivePresence } from '../../web/model/live-presence.ts'
import type { WatcherNews } from '../../web/model/watcher-board.ts'

export interface FakePresence {
  readonly live: LivePresence
  readonly published: PublishedPresence[]
  /** Whom the page watches. */
  readonly members: () => readonly string[]
  /** How often a list was opened. */
  readonly lists: () => number
  readonly calls: string[]
  /** Called by the next `publish`, which rejects with what it gives. */
  refusal: Error | undefined
  tell(told: Partial<PresenceNotification> & { presentity: string }): void
  tellWatcher(news: WatcherNews): void
  tellDocument(): void
}

export function fakePresence(): FakePresence {
  const listeners = new Map<string, (told: never) => void>()
  const published: PublishedPresence[] = []
  const calls: string[] = []
  let members: readonly string[] = []
  let lists = 0
  const nothing = () => undefined

  const live = {
    publish: (presence: PublishedPresence) => {
      published.push(presence)
      return fake.refusal ? Promise.reject(fake.refusal) : Promise.resolve()
    },
    watch: (addresses: readonly string[]) => {
      lists++
      members = addresses
      return {
        setMembers: (changed: readonly string[]) => {
          members = changed
        },
      }
    },
    watchWatchers: () => calls.push('watchWatchers'),
    watchDocuments: (documents: readonly string[]) => calls.push(`watch ${documents.join(' ')}`),
    on: (event: string, listener: (told: never) => void) => {
      listeners.set(event, listener)
      return nothing
    },
    reconnect: () => calls.push('reconnect'),
    close: () => {
      calls.push('close')
      return Promise.resolve()
    },
  }
  const fake: FakePresence = {
    live: live as unknown as LivePresence,
    published,
    members: () => members,
    lists: () => lists,
    calls,
    refusal: undefined,
    tell: (told) => {
      const whole: PresenceNotification = {
        time: '2026-01-01T00:00:00Z',
        subscription: 'active',
        basic: 'open',
        activities: [],
        note: null,
        icon: null,
        ...told,
      }
      listeners.get('presence')?.(whole as never)
    },
    tellWatcher: (news) => listeners.get('watcher')?.(news as never),
    tellDocument: () => listeners.get('document')?.({} as never),
  }
  return fake
}

export const UP: StateChange = { about: 'connection', state: 'up' }
