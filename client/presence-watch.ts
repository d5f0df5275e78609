/** Presence watch: the notifications of one presentity, to be read one after the other. */
import type { PresenceError } from './presence-error.ts'
import type { PresenceNotification } from './presence.ts'

/** Ends when the server ends the subscription for good, and throws a PresenceError when it refuses one. */
export interface PresenceWatch extends AsyncIterable<PresenceNotification, void> {
  readonly presentity: string
  /** Unsubscribes; the iteration ends. */
  close(): Promise<void>
}

export interface NotificationQueue {
  push(notification: PresenceNotification): void
  end(error?: PresenceError): void
  /** For one reader at a time. */
  next(): Promise<IteratorResult<PresenceNotification, void>>
}

/** A reader that falls further behind loses the oldest notifications; the newest is always kept. */
const LONGEST = 1000

export function createNotificationQueue(): NotificationQueue {
  const queue: PresenceNotification[] = []
  let over: { readonly error: PresenceError | undefined } | undefined
  let wake: () => void = () => undefined

  async function next(): Promise<IteratorResult<PresenceNotification, void>> {
    while (queue.length === 0 && !over) {
      await new Promise<void>((resolve) => {
        wake = resolve
      })
    }
    const value = queue.shift()
    if (value) return { done: false, value }
    const error = over?.error
    if (error) {
      over = { error: undefined }
      throw error
    }
    return { done: true, value: undefined }
  }

  return {
    push(notification) {
      queue.push(notification)
      if (queue.length > LONGEST) queue.shift()
      wake()
    },
    end(error) {
      over ??= { error }
      wake()
    },
    next,
  }
}
