/** What I say of myself: published at once, said again when the page is loaded again. RFC 3903. */
import { signal, type ReadonlySignal } from '@preact/signals'
import type { PublishedPresence } from '../../client/index.ts'
import { inWords } from './action-words.ts'
import type { KeptStatus } from './kept-status.ts'
import type { MyStatus } from './page-model.ts'

export interface OwnPresence {
  readonly status: ReadonlySignal<MyStatus>
  /** Rejects in words when the server refuses it; what was said before stands then. */
  publish(status: MyStatus): Promise<void>
  /** Another tab of mine keeps another status: this one says the same, or I would be called both. */
  follow(): void
}

const AVAILABLE: MyStatus = { basic: 'open', note: '' }

export function createOwnPresence({
  publish,
  kept,
}: {
  publish: (presence: PublishedPresence) => Promise<void>
  kept: KeptStatus
}): OwnPresence {
  const status = signal(kept.get() ?? AVAILABLE)
  return {
    status,
    publish: async (wanted) => {
      const before = status.peek()
      status.value = wanted
      kept.keep(wanted)
      try {
        await publish(published(wanted))
      } catch (error) {
        // Something else may be wanted by now.
        if (status.peek() === wanted) {
          status.value = before
          kept.keep(before)
        }
        throw inWords(error)
      }
    },
    follow: () => {
      const other = kept.get()
      if (!other || isSame(other, status.peek())) return
      status.value = other
      // What is refused is told in the tab in which it was chosen.
      publish(published(other)).catch(() => undefined)
    },
  }
}

function isSame(one: MyStatus, other: MyStatus): boolean {
  return one.basic === other.basic && one.activity === other.activity && one.note === other.note
}

function published({ basic, activity, note }: MyStatus): PublishedPresence {
  return {
    basic,
    activities: activity === undefined ? [] : [activity],
    ...(note !== '' && { note }),
  }
}
