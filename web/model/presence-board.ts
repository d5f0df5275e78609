/** What is known of everybody's presence: one signal per address, and a burst of notifications drawn as one. */
import { batch, signal, type ReadonlySignal, type Signal } from '@preact/signals'
import type { ClientClock } from '../../client/client-clock.ts'
import type { PresenceNotification } from '../../client/index.ts'
import type { BuddyPresence } from './page-model.ts'

export interface PresenceBoard {
  of(address: string): ReadonlySignal<BuddyPresence>
  tell(notification: PresenceNotification): void
  /** Nothing is known of anybody else any more. */
  keepOnly(addresses: Iterable<string>): void
}

const NOTHING_TOLD: BuddyPresence = {
  subscription: 'unknown',
  basic: null,
  activities: [],
  note: null,
  icon: null,
}

export function createPresenceBoard(clock: ClientClock): PresenceBoard {
  const board = new Map<string, Signal<BuddyPresence>>()
  /** Told, not drawn yet; the newest counts. */
  const waiting = new Map<string, BuddyPresence>()

  function place(address: string): Signal<BuddyPresence> {
    const known = board.get(address) ?? signal(NOTHING_TOLD)
    board.set(address, known)
    return known
  }

  function draw(): void {
    batch(() => {
      for (const [address, presence] of waiting) {
        const known = place(address)
        if (!isSame(known.peek(), presence)) known.value = presence
      }
    })
    waiting.clear()
  }

  return {
    of: place,
    tell: (notification) => {
      if (waiting.size === 0) clock.after(0, draw)
      waiting.set(notification.presentity, seen(notification))
    },
    keepOnly: (addresses) => {
      const kept = new Set(addresses)
      for (const address of board.keys()) if (!kept.has(address)) board.delete(address)
    },
  }
}

function seen(notification: PresenceNotification): BuddyPresence {
  const { subscription, reason, basic, activities, note, icon } = notification
  const why = reason === undefined ? {} : { reason }
  // What somebody told before they took it back, or were asked anew, is not shown. RFC 5025 §3.2.1
  if (subscription !== 'active') return { ...NOTHING_TOLD, subscription, ...why }
  return { subscription, ...why, basic, activities, note, icon: icon?.url ?? null }
}

function isSame(one: BuddyPresence, other: BuddyPresence): boolean {
  return (
    one.subscription === other.subscription &&
    one.reason === other.reason &&
    one.basic === other.basic &&
    one.note === other.note &&
    one.icon === other.icon &&
    one.activities.join('\n') === other.activities.join('\n')
  )
}
